using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests;

/// <summary>
/// A log folder in memory whose disk fails on request. What was not synced is lost at <see cref="AfterPowerLoss"/>, in sectors: any of them may have
/// been written.
/// </summary>
internal sealed class FaultyFolder : ILogFolder
{
    private const int Sector = 512;

    private readonly Lock gate = new();
    private readonly Dictionary<string, FaultyFile> files = new(StringComparer.Ordinal);
    private readonly List<(string Path, FaultyFile? Before, string? From)> unsyncedNames = [];

    /// <summary>Syncs of files that fail from now on, those of a segment that is put in place included.</summary>
    public int FailSyncs { get; set; }

    /// <summary>True where a segment that could not be put in place durably is nevertheless there: the sync of its name failed.</summary>
    public bool FailsBehindTheName { get; set; }

    /// <summary>
    /// Syncs of tiles that fail from now on. As with a kernel that drops the pages it could not write, a later sync of the same file says that all
    /// is well.
    /// </summary>
    public int FailTileSyncs { get; set; }

    /// <summary>True where no file gets another name.</summary>
    public bool FailMoves { get; set; }

    /// <summary>Called before a file gets another name.</summary>
    public Action? BeforeMove { get; set; }

    /// <summary>Called when a file has another name. It may throw, as a rename does whose answer is lost.</summary>
    public Action? AfterMove { get; set; }

    /// <summary>Called when the files were counted, before the answer.</summary>
    public Action? WithinUsage { get; set; }

    /// <summary>The bytes of the volume, which only the log uses; null for <see cref="Free"/>.</summary>
    public long? Volume { get; set; }

    public bool ReadOnly { get; set; }

    /// <summary>True where only tiles, bundles and checkpoints cannot be written.</summary>
    public bool TreeFails { get; set; }

    public long Free { get; set; } = long.MaxValue;

    /// <summary>Holds syncs of the journal while it is not set.</summary>
    public ManualResetEventSlim? Hold { get; set; }

    /// <summary>Syncs of files that were asked for.</summary>
    public int Syncs { get; private set; }

    /// <summary>Called before each act that changes the folder. It may throw.</summary>
    public Action? BeforeChange { get; set; }

    /// <summary>Called before a file is deleted. It may throw.</summary>
    public Action<string>? BeforeDelete { get; set; }

    /// <summary>Paths of the files, in order.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (gate) return [.. files.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public long TotalBytes => Usage().Bytes;

    /// <summary>Segments of the journal, the oldest first.</summary>
    public IReadOnlyList<string> Segments => [.. Paths.Where(path => path.EndsWith(".journal", StringComparison.Ordinal))];

    public void Acquire()
    {
        if (ReadOnly) throw new UnauthorizedAccessException("read-only file system");
    }

    public IReadOnlyList<LogFileInfo> Files(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        lock (gate)
        {
            return [.. files.Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal) && !file.Key[prefix.Length..].Contains('/'))
                .Select(file => new LogFileInfo(file.Key[prefix.Length..], file.Value.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> Folders(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        lock (gate)
        {
            return [.. files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..].Contains('/'))
                .Select(path => path[prefix.Length..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    public ILogFile Create(string path)
    {
        Change(isTree: false);
        lock (gate)
        {
            if (files.ContainsKey(path)) throw new IOException($"{path} exists");
            var file = new FaultyFile(this);
            unsyncedNames.Add((path, null, null));
            files.Add(path, file);
            return file;
        }
    }

    public ILogFile? Open(string path)
    {
        lock (gate) return files.GetValueOrDefault(path);
    }

    public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable)
    {
        var isSegment = path.Contains("/journal/", StringComparison.Ordinal);
        Change(isTree: !isSegment);
        var file = new FaultyFile(this);
        file.Fill(bytes, isDurable);
        lock (gate)
        {
            if (isSegment && FailSyncs > 0)
            {
                FailSyncs--;
                if (FailsBehindTheName)
                {
                    unsyncedNames.Add((path, files.GetValueOrDefault(path), null));
                    files[path] = file;
                }

                throw new IOException("fsync failed");
            }

            if (!isDurable) unsyncedNames.Add((path, files.GetValueOrDefault(path), null));
            else unsyncedNames.RemoveAll(one => one.Path == path);
            files[path] = file;
        }
    }

    public void Move(string path, string to)
    {
        Change(isTree: false);
        BeforeMove?.Invoke();
        if (FailMoves) throw new IOException("rename failed");
        lock (gate)
        {
            if (!files.Remove(path, out var file)) throw new FileNotFoundException($"{path} is absent");
            unsyncedNames.Add((to, files.GetValueOrDefault(to), path));
            files[to] = file;
        }

        AfterMove?.Invoke();
    }

    public void Delete(string path)
    {
        Change(isTree: false);
        BeforeDelete?.Invoke(path);
        lock (gate)
        {
            if (!files.Remove(path, out var file)) return;
            unsyncedNames.Add((path, file, null));
        }
    }

    public void Sync(IReadOnlyCollection<string> paths)
    {
        var isFailing = FailTileSyncs > 0;
        if (isFailing)
        {
            FailTileSyncs--;
            lock (gate) foreach (var one in files.Values) one.Forget(); // the volume is synced, and reports an error once
        }

        foreach (var path in paths)
        {
            FaultyFile? file;
            lock (gate) file = files.GetValueOrDefault(path);
            if (isFailing) file?.Forget();
            else file?.Sync();
            lock (gate) unsyncedNames.RemoveAll(one => one.Path == path);
        }

        if (isFailing) throw new IOException("syncfs failed");
    }

    public void SyncNames(string folder)
    {
        BeforeChange?.Invoke();
        lock (gate) unsyncedNames.RemoveAll(one => Path.GetDirectoryName(one.Path)!.Replace('\\', '/') == folder);
    }

    public (long Bytes, int Files) Usage()
    {
        (long, int) found;
        lock (gate) found = (files.Values.Sum(file => file.Length), files.Count);
        WithinUsage?.Invoke();
        return found;
    }

    public long FreeBytes()
    {
        if (Volume is not { } volume) return Free;
        lock (gate) return volume - files.Values.Sum(file => file.Length);
    }

    public void Dispose()
    {
    }

    /// <summary>An operator takes the entries of all full bundles away.</summary>
    public void Archive()
    {
        lock (gate)
        {
            foreach (var path in files.Keys.Where(IsFullBundle).ToList()) files.Remove(path);
        }
    }

    /// <summary>The bytes of a file, as they are now.</summary>
    public byte[] Bytes(string path)
    {
        lock (gate) return files[path].Bytes(isSynced: false);
    }

    /// <summary>Replaces the bytes of a file, as somebody with rights to it would.</summary>
    public void Overwrite(string path, byte[] bytes)
    {
        var file = new FaultyFile(this);
        file.Fill(bytes, isDurable: true);
        lock (gate) files[path] = file;
    }

    /// <summary>Entries of bundles and of the journal, without those that the log writes about itself.</summary>
    public string Text(bool isSynced) => string.Concat(Lines(isSynced).Where(line => !IsOfTheLog(line)).Select(line => line + "\n"));

    /// <summary>All entries of bundles and of the journal.</summary>
    public IReadOnlyCollection<string> Lines(bool isSynced)
    {
        var entries = new SortedDictionary<(string Log, long Index), string>();
        foreach (var path in Paths.Where(IsFullBundle))
        {
            var digits = string.Concat(path.Split("/tile/entries/")[1].Where(char.IsAsciiDigit));
            var index = 256 * long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            var bytes = Bytes(path);
            for (var at = 0; EntryBundle.TryRead(bytes, at, out var entry, out var next); at = next) Add(path, index++, entry);
        }

        foreach (var path in Segments)
        {
            byte[] bytes;
            lock (gate) bytes = files.TryGetValue(path, out var file) ? file.Bytes(isSynced) : [];
            if (JournalFormat.FirstLeaf(bytes) is not { } index) continue;
            for (var at = JournalFormat.HeaderBytes; at < bytes.Length && JournalFormat.TryRead(bytes.AsSpan(at), out var entry, out _);)
            {
                at += JournalFormat.FrameBytes + entry.Length;
                Add(path, index++, entry);
            }
        }

        return entries.Values;

        void Add(string path, long index, ReadOnlySpan<byte> entry) => entries[(path.Split('/')[0], index)] = Encoding.UTF8.GetString(entry);
    }

    public string SyncedText() => Text(isSynced: true);

    /// <summary>The folder as it may be after a loss of power: of what was not synced, any sectors and names are there.</summary>
    public FaultyFolder AfterPowerLoss(Random random)
    {
        var after = new FaultyFolder();
        lock (gate)
        {
            foreach (var (path, file) in files) after.files.Add(path, file.AfterPowerLoss(after, random));
            foreach (var (path, before, from) in Enumerable.Reverse(unsyncedNames))
            {
                if (random.Next(2) == 0) continue; // the name reached the disk
                if (from is not null && after.files.TryGetValue(path, out var moved)) after.files[from] = moved;
                if (before is null) after.files.Remove(path);
                else after.files[path] = before.AfterPowerLoss(after, random);
            }
        }

        return after;
    }

    /// <summary>Writes the files to a folder on disk.</summary>
    public void WriteTo(string place)
    {
        foreach (var path in Paths)
        {
            var file = Path.Join(place, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, Bytes(path));
        }
    }

    private static bool IsFullBundle(string path) =>
        path.Contains("/tile/entries/", StringComparison.Ordinal) && !path.Contains(".p/", StringComparison.Ordinal);

    private static bool IsOfTheLog(string line) =>
        JsonDocument.Parse(line).RootElement.TryGetProperty("act", out var act) && act.GetString() is "log.birth" or "log.opened" or "log.earlier";

    private void Change(bool isTree)
    {
        BeforeChange?.Invoke();
        if (ReadOnly) throw new UnauthorizedAccessException("read-only file system");
        if (isTree && TreeFails) throw new IOException("no tile can be written");
    }

    private sealed class FaultyFile(FaultyFolder folder) : ILogFile
    {
        private byte[] bytes = [];
        private byte[] synced = [];
        private int length;
        private bool isForgotten;

        public long Length => length;

        public int Read(long offset, Span<byte> into)
        {
            lock (folder.gate)
            {
                var count = (int)Math.Clamp(length - offset, 0, into.Length);
                bytes.AsSpan((int)Math.Min(offset, length), count).CopyTo(into);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            folder.Change(isTree: false);
            lock (folder.gate)
            {
                var end = (int)offset + data.Length;
                if (bytes.Length < end) Array.Resize(ref bytes, Math.Max(end, 2 * bytes.Length));
                data.CopyTo(bytes.AsSpan((int)offset));
                length = Math.Max(length, end);
            }
        }

        public void Sync()
        {
            folder.Hold?.Wait();
            folder.BeforeChange?.Invoke();
            lock (folder.gate)
            {
                folder.Syncs++;
                if (folder.FailSyncs > 0)
                {
                    folder.FailSyncs--;
                    Forget();
                    throw new IOException("fsync failed");
                }

                if (!isForgotten) synced = bytes[..length];
            }
        }

        public void Truncate(long to)
        {
            folder.Change(isTree: false);
            lock (folder.gate) length = (int)to;
        }

        public void Dispose()
        {
        }

        public void Forget() => isForgotten = isForgotten || !bytes.AsSpan(0, length).SequenceEqual(synced);

        public byte[] Bytes(bool isSynced) => isSynced ? synced[..Math.Min(synced.Length, length)] : bytes[..length];

        public void Fill(ReadOnlySpan<byte> data, bool isDurable)
        {
            bytes = data.ToArray();
            length = bytes.Length;
            if (isDurable) synced = [.. bytes];
        }

        public FaultyFile AfterPowerLoss(FaultyFolder after, Random random)
        {
            var file = new FaultyFile(after);
            var size = random.Next(2) == 0 ? length : Math.Max(synced.Length, Math.Min(length, synced.Length));
            var left = new byte[size];
            for (var at = 0; at < size; at += Sector)
            {
                var source = !isForgotten && random.Next(2) == 0 ? bytes.AsSpan(0, length) : synced.AsSpan();
                if (at < source.Length) source[at..Math.Min(source.Length, Math.Min(size, at + Sector))].CopyTo(left.AsSpan(at));
            }

            file.Fill(left, isDurable: true);
            return file;
        }
    }
}
