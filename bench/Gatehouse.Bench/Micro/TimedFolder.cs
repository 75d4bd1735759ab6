using System.Diagnostics;
using Gatehouse.Audit.Log;

namespace Gatehouse.Bench.Micro;

/// <summary>A log folder on disk that notes how long each commit took, from its write to the end of its sync.</summary>
internal sealed class TimedFolder(string path) : ILogFolder
{
    private readonly LogFolder inner = new(path);

    public List<long> Ticks { get; } = [];

    public void Acquire() => inner.Acquire();

    public IReadOnlyList<LogFileInfo> Files(string folder) => inner.Files(folder);

    public IReadOnlyList<string> Folders(string folder) => inner.Folders(folder);

    public ILogFile Create(string path) => new TimedFile(inner.Create(path), Ticks);

    public ILogFile? Open(string path) => inner.Open(path);

    public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable) => inner.Put(path, bytes, isDurable);

    public void Move(string path, string to) => inner.Move(path, to);

    public void Delete(string path) => inner.Delete(path);

    public void Sync(IReadOnlyCollection<string> paths) => inner.Sync(paths);

    public void SyncNames(string folder) => inner.SyncNames(folder);

    public (long Bytes, int Files) Usage() => inner.Usage();

    public long FreeBytes() => inner.FreeBytes();

    public void Dispose() => inner.Dispose();

    private sealed class TimedFile(ILogFile file, List<long> ticks) : ILogFile
    {
        private long started;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            started = Stopwatch.GetTimestamp();
            file.Write(offset, bytes);
        }

        public void Sync()
        {
            file.Sync();
            ticks.Add(Stopwatch.GetTimestamp() - started);
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
