using Gatehouse.Audit.Log;

namespace Gatehouse.Bench.Micro;

/// <summary>A log folder in memory, without a disk: what is left is the log's own work.</summary>
internal sealed class MemoryFolder : ILogFolder
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MemoryFile> files = new(StringComparer.Ordinal);

    public void Acquire()
    {
    }

    public IReadOnlyList<LogFileInfo> Files(string folder)
    {
        lock (gate)
        {
            return [.. files.Where(file => Path.GetDirectoryName(file.Key) == folder)
                .Select(file => new LogFileInfo(Path.GetFileName(file.Key), file.Value.Length))];
        }
    }

    public IReadOnlyList<string> Folders(string folder) => [];

    public ILogFile Create(string path)
    {
        var file = new MemoryFile();
        lock (gate) files.Add(path, file);
        return file;
    }

    public ILogFile? Open(string path)
    {
        lock (gate) return files.GetValueOrDefault(path);
    }

    public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable)
    {
        var file = new MemoryFile();
        file.Write(0, bytes);
        lock (gate) files[path] = file;
    }

    public void Move(string path, string to)
    {
        lock (gate)
        {
            files[to] = files[path];
            files.Remove(path);
        }
    }

    public void Sync(IReadOnlyCollection<string> paths)
    {
    }

    public void Delete(string path)
    {
        lock (gate) files.Remove(path);
    }

    public void SyncNames(string folder)
    {
    }

    public (long Bytes, int Files) Usage() => default;

    public long FreeBytes() => long.MaxValue;

    public void Dispose()
    {
    }

    private sealed class MemoryFile : ILogFile
    {
        private readonly Lock gate = new();
        private byte[] bytes = [];
        private int length;

        public long Length => length;

        public int Read(long offset, Span<byte> into)
        {
            lock (gate)
            {
                var count = (int)Math.Clamp(length - offset, 0, into.Length);
                bytes.AsSpan((int)Math.Min(offset, length), count).CopyTo(into);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            lock (gate)
            {
                var end = (int)offset + data.Length;
                if (bytes.Length < end) Array.Resize(ref bytes, Math.Max(end, 2 * bytes.Length));
                data.CopyTo(bytes.AsSpan((int)offset));
                length = Math.Max(length, end);
            }
        }

        public void Sync()
        {
        }

        public void Truncate(long to) => length = (int)to;

        public void Dispose()
        {
        }
    }
}
