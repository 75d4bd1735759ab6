using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// A file of zeros on stable storage that becomes the next segment of the journal. The thread behind the commits prepares it, so that no commit waits
/// until the disk has written zeros and the file system has allocated them. One thread prepares, one takes, and any gives back.
/// </summary>
/// <remarks>
/// It holds no entry before it has the name of a segment. A process that is killed leaves it behind, and the next process that continues the log
/// deletes it (<see cref="DeleteLeftover"/>), because its zeros may not have reached the disk.
/// </remarks>
/// <param name="options">The bounds of the log.</param>
/// <param name="folder">The folder of the logs.</param>
/// <param name="log">The name of the log.</param>
/// <param name="segmentBytes">The bound of a segment. Where it is below <see cref="AuditLogOptions.SpareBytes"/>, there is no spare one.</param>
/// <param name="space">The space of the log.</param>
internal sealed class SpareSegment(AuditLogOptions options, ILogFolder folder, string log, long segmentBytes, LogSpace space) : IDisposable
{
    private const int ChunkBytes = 64 << 10;

    private readonly Lock gate = new(); // over the file's name: it is made, renamed and deleted by one thread at a time
    private readonly string path = $"{log}/{LogLayout.SpareSegment}";
    private readonly long length = segmentBytes < options.SpareBytes ? 0 : options.SpareBytes;
    private ILogFile? ready;
    private volatile bool isWanted;
    private volatile bool isEnding;

    /// <summary>The bytes of the file where it is ready; otherwise 0.</summary>
    public long Length => Volatile.Read(ref ready) is null ? 0 : length;

    /// <summary>Deletes the file that an earlier process left, if it can be deleted.</summary>
    public void DeleteLeftover()
    {
        lock (gate) Delete();
    }

    /// <summary>Asks for the file. It is there some time later, if the disk has room and takes it.</summary>
    public void Want() => isWanted = length > 0;

    /// <summary>Ends the preparation, so that the end of the log does not wait for the rest of the zeros.</summary>
    public void Stop() => isEnding = true;

    /// <summary>Makes the file where it is asked for. On the thread behind the commits.</summary>
    public void Prepare()
    {
        if (!isWanted || isEnding) return;
        isWanted = false; // a disk that fails is not tried again before the next segment
        if (!HasRoom()) return;
        ILogFile? file = null;
        try
        {
            file = New();
            if (file is null) return;
            Fill(file);
            if (!isEnding)
            {
                file.Sync();
                space.SetSpare(length, isReady: true);
                Volatile.Write(ref ready, file);
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Commits continue without it, and report the disk if it fails them too.
        }

        lock (gate) Drop(file);
    }

    /// <summary>
    /// Gives the file the name of a segment, which is on stable storage after <see cref="ILogFolder.SyncNames"/>. From now on its bytes are those of
    /// the newest segment. One thread takes.
    /// </summary>
    /// <param name="segment">The path of the segment, which is absent.</param>
    /// <returns>The file, with zeros only. Null where it is not ready, or not there any more; a rename that failed may have been done then.</returns>
    public ILogFile? Take(string segment)
    {
        // Threat: another file is made under the name while this one has it. It would get the name of the segment, and entries would be written to a
        // file that no reader finds.
        lock (gate)
        {
            if (ready is not { } file) return null;
            Volatile.Write(ref ready, null);
            try
            {
                folder.Move(path, segment);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Drop(file);
                return null;
            }

            space.TakeSpare();
            return file;
        }
    }

    /// <summary>Gives the room of the file back.</summary>
    /// <returns>False where there was none.</returns>
    public bool GiveBack()
    {
        lock (gate)
        {
            if (ready is not { } file) return false;
            Volatile.Write(ref ready, null);
            Drop(file);
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose() => GiveBack();

    private ILogFile? New()
    {
        lock (gate)
        {
            if (ready is not null) return null;
            folder.Delete(path);
            return folder.Create(path);
        }
    }

    // As much again stays free: the tree grows as well, and a volume that is nearly full would have it given back immediately.
    private bool HasRoom() => space.Room >= length && space.Free - (2 * length) >= options.MinFreeBytes;

    private void Fill(ILogFile file)
    {
        var zeros = new byte[(int)Math.Min(ChunkBytes, length)];
        for (long at = 0; at < length && !isEnding; at += zeros.Length)
        {
            var chunk = zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at));
            file.Write(at, chunk);
            space.SetSpare(at + chunk.Length, isReady: false);
        }
    }

    private void Drop(ILogFile? file)
    {
        file?.Dispose();
        Delete();
        space.SetSpare(0, isReady: false);
    }

    private void Delete()
    {
        try
        {
            folder.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has no entry. The next attempt is that of the next file, or of the next process.
        }
    }
}
