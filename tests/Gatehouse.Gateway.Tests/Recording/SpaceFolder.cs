using Gatehouse.Audit.Log;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A log folder on disk whose free space is what a test says.</summary>
internal sealed class SpaceFolder(string path) : ILogFolder
{
    private readonly LogFolder inner = new(path);
    private long free = long.MaxValue;

    public string Path => path;

    public long Free
    {
        set => Interlocked.Exchange(ref free, value);
    }

    public void Acquire() => inner.Acquire();

    public IReadOnlyList<LogFileInfo> Files(string folder) => inner.Files(folder);

    public IReadOnlyList<string> Folders(string folder) => inner.Folders(folder);

    public ILogFile Create(string path) => inner.Create(path);

    public ILogFile? Open(string path) => inner.Open(path);

    public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable) => inner.Put(path, bytes, isDurable);

    public void Move(string path, string to) => inner.Move(path, to);

    public void Delete(string path) => inner.Delete(path);

    public void Sync(IReadOnlyCollection<string> paths) => inner.Sync(paths);

    public void SyncNames(string folder) => inner.SyncNames(folder);

    public (long Bytes, int Files) Usage() => inner.Usage();

    public long FreeBytes() => Interlocked.Read(ref free);

    public void Dispose() => inner.Dispose();
}
