using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Files;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>
/// A folder where each checkpoint is a new file. No file is replaced or removed: a place that only takes new files keeps the old ones, also
/// when the gateway's account is taken over.
/// </summary>
internal sealed class FolderPlace(CheckpointPlaceSettings settings) : OutsidePlace
{
    public override string Name => $"checkpoints.{settings.Name}";

    public override string Target => settings.Folder!;

    public override string Identity => $"{Name}\n{settings.Folder}";

    public override long KnownSize(LogSnapshot log) => 0;

    public override Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation)
    {
        var checkpoint = log.Checkpoint!;
        var origin = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkpoint.Origin)))[..16];
        var name = string.Create(CultureInfo.InvariantCulture, $"{origin}-{checkpoint.Size:D19}.checkpoint");
        var path = Path.Combine(settings.Folder!, name);
        if (IsThere(path, log.Note!)) return Task.FromResult(new SendOutcome(checkpoint.Size, null));
        // A file of that name that is cut is of a process that ended within it, or of a full volume. It stays as it is.
        if (Path.Exists(path)) path = Path.ChangeExtension(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)) + ".checkpoint");
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        file.Write(log.CheckpointBytes.Span);
        file.Flush(flushToDisk: true);
        return Task.FromResult(new SendOutcome(checkpoint.Size, null));
    }

    // Who may write the folder may put a pipe there, or a file without end: it is not ours, and another name is taken.
    private static bool IsThere(string path, SignedNote note)
    {
        try
        {
            return SignedNote.Parse(RegularFile.ReadBytes(path, SignedNote.MostBytes))?.Text == note.Text;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
