//! What somebody probably meant who misspelt a word.
//!
//! * In: the word and those that are known. Out: the nearest of them, if one is near.
//! * Never: suggests a word that shares less than two thirds of its letters.

/// The known word that is spelt most like this one.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let letters = word.chars().count();
    let distances = known.into_iter().map(|known| (distance(word, known), known));
    let (distance, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= (letters / 3).max(1) && distance < letters).then_some(nearest)
}

/// How many letters have to be changed, added, taken away or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, of_a) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, of_b) in b.iter().enumerate() {
            let mut least =
                (rows[i][j] + usize::from(of_a != of_b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            let swapped = i > 0 && j > 0 && *of_a == b[j - 1] && a[i - 1] == *of_b;
            if swapped {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.pop().and_then(|row| row.last().copied()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let known = ["region", "issuer", "weight", "title", "预算完成率"];
        for (word, meant) in [
            ("regoin", Some("region")),
            ("isuer", Some("issuer")),
            ("weigth", Some("weight")),
            ("tilte", Some("title")),
            ("预算完成律", Some("预算完成率")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!((distance("abc", "abc"), distance("", "ab"), distance("ab", "ba")), (0, 2, 1));
    }
}
