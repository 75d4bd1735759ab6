using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// A file of zeros on stable storage that becomes the next segment of the journal. The thread behind the commits prepares it, so that no commit waits
/// until the disk has written zeros and the file system has allocated them. One thread prepares, and one takes.
/// </summary>
/// <remarks>
/// It holds no entry before it has the name of a segment. A process that ends leaves it behind, and the next one deletes it.
/// </remarks>
internal sealed class SpareSegment : IDisposable
{
    private const int ChunkBytes = 64 << 10;

    private readonly AuditLogOptions options;
    private readonly ILogFolder folder;
    private readonly LogSpace space;
    private readonly string path;
    private readonly long length;
    private ILogFile? ready;
    private volatile bool isWanted;

    /// <summary>Makes nothing yet, and deletes the file that an earlier process left.</summary>
    /// <param name="options">The bounds of the log.</param>
    /// <param name="folder">The folder of the logs.</param>
    /// <param name="log">The name of the log.</param>
    /// <param name="segmentBytes">The bound of a segment. Where it is below <see cref="AuditLogOptions.SpareBytes"/>, there is no spare one.</param>
    /// <param name="space">The space of the log.</param>
    public SpareSegment(AuditLogOptions options, ILogFolder folder, string log, long segmentBytes, LogSpace space)
    {
        (this.options, this.folder, this.space) = (options, folder, space);
        path = $"{log}/{LogLayout.SpareSegment}";
        length = segmentBytes < options.SpareBytes ? 0 : options.SpareBytes;
        Delete();
    }

    /// <summary>The bytes of the file where it is ready; otherwise 0.</summary>
    public long Length => Volatile.Read(ref ready) is null ? 0 : length;

    /// <summary>Asks for the file. It is there some time later, if the disk has room and takes it.</summary>
    public void Want() => isWanted = length > 0;

    /// <summary>Makes the file where it is asked for. On the thread behind the commits.</summary>
    public void Prepare()
    {
        if (!isWanted) return;
        isWanted = false; // a disk that fails is not tried again before the next segment
        if (Volatile.Read(ref ready) is not null || !HasRoom()) return;
        ILogFile? file = null;
        try
        {
            folder.Delete(path); // one that could not take its place
            file = folder.Create(path);
            Fill(file);
            file.Sync();
            Volatile.Write(ref ready, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Commits continue without it, and report the disk if it fails them too.
            file?.Dispose();
            Delete();
            space.Spare = 0;
        }
    }

    /// <summary>Gives the file the name of a segment. The name is on stable storage after <see cref="ILogFolder.SyncNames"/>.</summary>
    /// <param name="segment">The path of the segment.</param>
    /// <returns>The file, with zeros only; null where it is not ready.</returns>
    /// <exception cref="IOException">It could not be renamed. It is not there any more.</exception>
    public ILogFile? Take(string segment)
    {
        var file = Interlocked.Exchange(ref ready, null);
        if (file is null) return null;
        space.Spare = 0;
        try
        {
            folder.Move(path, segment);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ready, null) is not { } file) return;
        file.Dispose();
        Delete();
    }

    private bool HasRoom() => space.Room >= length && space.Free - length >= options.MinFreeBytes;

    private void Fill(ILogFile file)
    {
        var zeros = new byte[(int)Math.Min(ChunkBytes, length)];
        for (long at = 0; at < length; at += zeros.Length)
        {
            var chunk = zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at));
            file.Write(at, chunk);
            space.Spare = at + chunk.Length;
        }
    }

    private void Delete()
    {
        try
        {
            folder.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has no entry. The next process tries again.
        }
    }
}
