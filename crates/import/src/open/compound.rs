//! The stream of a workbook inside a compound file (OLE).
//!
//! * In: the bytes of a compound file. Out: the bytes of its stream `Workbook`, or `Book` of older files.
//! * Every chain of sectors is bounded by the number of sectors that the file has, and a file that is shorter than the
//!   sectors it says it uses is broken: it was cut off, even if what is missing is not the workbook's.
//! * Never: copies more than the file holds.

const END: u32 = 0xFFFF_FFFA;
const FREE: u32 = 0xFFFF_FFFF;
const MINI: usize = 64;

/// The workbook's stream; `None` when the file's structure is broken.
pub(super) fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = File::open(bytes)?;
    let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
    let named = |wanted: &str| {
        entries.iter().copied().find(|entry| name(entry).eq_ignore_ascii_case(wanted))
    };
    let entry = named("Workbook").or_else(|| named("Book"))?;
    let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    if size >= u32_at(bytes, 56)? as usize {
        return file.chain(start, size);
    }
    let root = entries.first()?;
    let small = file.chain(u32_at(root, 116)?, u32_at(root, 120)? as usize)?;
    let table = words(&file.chain(u32_at(bytes, 60)?, usize::MAX)?);
    follow(&table, start, size, MINI, |sector| {
        small.get(sector * MINI..).map(|rest| &rest[..rest.len().min(MINI)])
    })
}

struct File<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<File<'a>> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = File { bytes, sector, table: Vec::new() };
        let mut listed: Vec<u32> =
            (0..109).filter_map(|index| u32_at(bytes, 76 + index * 4)).collect();
        let mut next = u32_at(bytes, 68)?;
        for _ in 0..bytes.len() / sector {
            if next >= END {
                break;
            }
            let mut more = words(file.at(next as usize)?);
            next = more.pop()?;
            listed.extend(more);
        }
        for number in listed.into_iter().filter(|number| *number < END) {
            let part = words(file.at(number as usize)?);
            file.table.extend(part);
        }
        let used = file.table.iter().rposition(|next| *next != FREE).map_or(0, |last| last + 1);
        let needed = used.checked_add(1)?.checked_mul(sector)?;
        (bytes.len() >= needed).then_some(file)
    }

    /// A sector; the last one may be short, since sectors that nobody uses need not be there.
    fn at(&self, number: usize) -> Option<&'a [u8]> {
        let start = number.checked_add(1)?.checked_mul(self.sector)?;
        let rest = self.bytes.get(start..)?;
        Some(&rest[..rest.len().min(self.sector)])
    }

    fn chain(&self, start: u32, size: usize) -> Option<Vec<u8>> {
        follow(&self.table, start, size, self.sector, |number| self.at(number))
    }
}

fn follow<'a>(
    table: &[u32],
    start: u32,
    size: usize,
    sector: usize,
    at: impl Fn(usize) -> Option<&'a [u8]>,
) -> Option<Vec<u8>> {
    let mut stream = Vec::new();
    let mut number = start;
    for _ in 0..=table.len() {
        if number >= END || stream.len() >= size {
            stream.truncate(size);
            return Some(stream);
        }
        let part = at(number as usize)?;
        stream.extend_from_slice(part);
        if part.len() < sector && stream.len() < size && size != usize::MAX {
            return None;
        }
        number = *table.get(number as usize)?;
    }
    None
}

fn name(entry: &[u8]) -> String {
    let length = u16_at(entry, 64).unwrap_or(0).min(64) as usize;
    let units: Vec<u16> = entry[..length]
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect()
}

/// A little-endian number at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A little-endian number at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
