using System.Text;
using Gatehouse.Audit.Log;

namespace Gatehouse.Audit.Tests;

/// <summary>A log folder in memory whose disk fails on request.</summary>
internal sealed class FaultyDirectory : ILogDirectory
{
    private readonly List<FaultyFile> files = [];

    public IReadOnlyList<FaultyFile> Files
    {
        get
        {
            lock (files) return [.. files];
        }
    }

    public int FailSyncs { get; set; }

    public bool ReadOnly { get; set; }

    public long Free { get; set; } = long.MaxValue;

    public ManualResetEventSlim? Hold { get; init; }

    public IReadOnlyList<(long Number, long Length)> Segments() => [.. Files.Select(f => (f.Number, f.Length))];

    public ILogFile Create(long number)
    {
        if (ReadOnly) throw new UnauthorizedAccessException("read-only file system");
        var file = new FaultyFile(this, number);
        lock (files) files.Add(file);
        return file;
    }

    public long FreeBytes() => Free;

    /// <summary>An operator takes all but the newest segment away.</summary>
    public void Archive()
    {
        lock (files) files.RemoveRange(0, files.Count - 1);
    }

    public string SyncedText() => string.Concat(Files.Select(f => f.Synced));

    internal sealed class FaultyFile(FaultyDirectory directory, long number) : ILogFile
    {
        private byte[] bytes = [];
        private byte[] synced = [];

        public long Number => number;

        public long Length => bytes.Length;

        public int SyncsAsked { get; private set; }

        public string Synced => Encoding.UTF8.GetString(synced).TrimEnd('\0');

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            if (directory.ReadOnly) throw new IOException("read-only file system");
            if (bytes.Length < offset + data.Length) Array.Resize(ref bytes, (int)offset + data.Length);
            data.CopyTo(bytes.AsSpan((int)offset));
        }

        public void Sync()
        {
            directory.Hold?.Wait();
            SyncsAsked++;
            if (directory.FailSyncs > 0)
            {
                directory.FailSyncs--;
                throw new IOException("fsync failed");
            }

            synced = [.. bytes];
        }

        public void Truncate(long length) => Array.Resize(ref bytes, (int)length);

        public void Dispose()
        {
        }
    }
}
