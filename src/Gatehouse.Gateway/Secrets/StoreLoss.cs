using System.Globalization;
using Gatehouse.Audit.Log;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Secrets;

/// <summary>
/// The loss of the store of a state folder, kept in a file until an operator acknowledges it. The threat: who removes the store lifts every
/// containment and revocation without an act (IR-01), and a report at one start only is easily missed. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The first process that makes a new store beside a log keeps the loss: 'gatehouse secret set' before the start, or a start that fails later, would
/// otherwise leave a store that the next start does not take for a new one.
/// </remarks>
internal sealed class StoreLoss
{
    private const string Reported = " reported";
    private const int MostBytes = 256;

    private readonly Lock gate = new();
    private readonly string path;
    private DateTimeOffset? at;

    private StoreLoss(string path, DateTimeOffset? at, bool isReported) => (this.path, this.at, IsReported) = (path, at, isReported);

    /// <summary>The time at which the new store was made; null where none is lost, or the loss is acknowledged.</summary>
    public DateTimeOffset? At
    {
        get
        {
            lock (gate) return at;
        }
    }

    /// <summary>True once a gateway has reported the loss in its logs.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Returns the loss of a folder whose store was opened.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="isNew">True where the store is in a file of the folder that was not there, or had no table.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static StoreLoss Of(string folder, bool isNew, TimeProvider time)
    {
        var path = StateFiles.StoreLoss(folder);
        // An empty file, or a copy without its write-ahead log, has no table.
        if (!isNew || !StateFiles.HasLog(folder)) return Read(path);
        var loss = new StoreLoss(path, time.GetUtcNow(), false);
        loss.Write("");
        return loss;
    }

    /// <summary>Keeps that a gateway has reported the loss.</summary>
    /// <exception cref="IOException">The file cannot be written; the next start reports it again.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void NoteReported()
    {
        lock (gate)
        {
            if (at is null) return;
            IsReported = true;
            Write(Reported);
        }
    }

    /// <summary>Ends the report of the loss.</summary>
    /// <returns>The time at which the new store was made; null where none is lost.</returns>
    /// <exception cref="IOException">The file cannot be deleted; the loss is reported further.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public DateTimeOffset? Acknowledge()
    {
        lock (gate)
        {
            var lost = at;
            if (lost is null) return null;
            File.Delete(path);
            at = null;
            return lost;
        }
    }

    // A file that is no longer readable text shows a loss nevertheless, and is reported again.
    private static StoreLoss Read(string path)
    {
        if (!File.Exists(path)) return new StoreLoss(path, null, false);
        try
        {
            var text = RegularFile.ReadText(path, MostBytes).Trim();
            var isReported = text.EndsWith(Reported, StringComparison.Ordinal);
            if (isReported) text = text[..^Reported.Length];
            if (DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
                return new StoreLoss(path, at, isReported);
        }
        catch (FileTooLargeException)
        {
            // Reported with the time of the file.
        }

        return new StoreLoss(path, new DateTimeOffset(File.GetLastWriteTimeUtc(path)), false);
    }

    private void Write(string state)
    {
        using var folder = new LogFolder(Path.GetDirectoryName(path)!);
        folder.Put(Path.GetFileName(path), System.Text.Encoding.UTF8.GetBytes(at!.Value.ToString("O", CultureInfo.InvariantCulture) + state + "\n"),
            isDurable: true);
    }
}
