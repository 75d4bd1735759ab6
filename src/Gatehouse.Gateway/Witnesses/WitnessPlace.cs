using System.Globalization;
using System.Text;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>
/// A witness that cosigns the log's checkpoints (C2SP tlog-witness). The cosigned checkpoint is a file of its own beside the log,
/// <c>cosigned/NAME</c>: the writer of the log replaces <c>checkpoint</c> each second and waits for no witness.
/// </summary>
internal sealed class WitnessPlace(WitnessSettings settings, CheckpointClient client, string directory) : OutsidePlace
{
    private const int MostLines = 32;

    private readonly IReadOnlyList<NoteKey> keys = [.. settings.Keys.Select(Parse)];

    public override string Name => $"witness.{settings.Name}";

    public override string Target => settings.Url.GetLeftPart(UriPartial.Path);

    public override string Identity => string.Join('\n', [Name, settings.Url.OriginalString, settings.Operator, .. settings.Keys]);

    public override string? Operator => settings.Operator;

    public override long KnownSize(LogSnapshot log) =>
        log.Cosigned(settings.Name)?.Note is { } note && note.Verified(keys) is { Count: > 0 }
            && Checkpoint.TryParse(note.Text, out var checkpoint) && checkpoint.Origin == log.Checkpoint?.Origin ? checkpoint.Size : 0;

    public override async Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation)
    {
        var (checkpoint, note) = (log.Checkpoint!, log.Note!);
        if (knownSize > checkpoint.Size) return new SendOutcome(knownSize, SendOutcome.SawMore);
        var (status, body) = await AskAsync(log, note, knownSize, cancellation).ConfigureAwait(false);
        if (status == 409 && SizeOf(body) is { } size && size != knownSize)
        {
            if (size > checkpoint.Size) return new SendOutcome(size, SendOutcome.SawMore);
            knownSize = size;
            try
            {
                (status, body) = await AskAsync(log, note, knownSize, cancellation).ConfigureAwait(false);
            }
            catch (Exception e)
                when (!cancellation.IsCancellationRequested && (e is HttpRequestException or IOException or OperationCanceledException))
            {
                return new SendOutcome(knownSize, SendOutcome.WordOf(e)); // the next attempt begins at the size of the witness
            }
        }

        return status switch
        {
            200 => Keep(log, note, knownSize, body),
            404 => new SendOutcome(knownSize, SendOutcome.UnknownLog) { IsFinal = true },
            422 => new SendOutcome(knownSize, SendOutcome.Inconsistent) { IsFinal = true },
            409 => new SendOutcome(SizeOf(body) ?? knownSize, OutboundFault.OfStatus(status)), // another sender of the same log was faster
            _ => new SendOutcome(knownSize, OutboundFault.OfStatus(status)),
        };
    }

    private Task<(int Status, byte[] Body)> AskAsync(LogSnapshot log, SignedNote note, long oldSize, CancellationToken cancellation)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {oldSize}\n");
        foreach (var hash in log.ConsistencyFrom(oldSize)) request.Append(CultureInfo.InvariantCulture, $"{hash}\n");
        request.Append('\n').Append(note);
        var address = new Uri(settings.Url.AbsoluteUri.TrimEnd('/') + "/add-checkpoint");
        return client.PostAsync(address, Encoding.UTF8.GetBytes(request.ToString()), cancellation);
    }

    // Signatures of other keys are ignored; one that names a key of the witness and is not of it spoils the answer (C2SP signed-note).
    private SendOutcome Keep(LogSnapshot log, SignedNote note, long knownSize, byte[] body)
    {
        var lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var own = lines.Take(MostLines).Select(NoteSignature.Parse).OfType<NoteSignature>()
            .Where(one => keys.Any(key => key.Name == one.Name && key.Id == one.KeyId)).ToList();
        var cosigned = note with { Signatures = [.. note.Signatures, .. own] };
        if (own.Count == 0) return new SendOutcome(knownSize, SendOutcome.NoCosignature);
        if (cosigned.Verified(keys) is not { Count: > 0 }) return new SendOutcome(knownSize, SendOutcome.WrongCosignature);
        using var folder = new LogFolder(directory);
        folder.Put($"{log.Name}/{LogLayout.Cosigned}/{settings.Name}", cosigned.ToBytes(), isDurable: true);
        return new SendOutcome(log.Checkpoint!.Size, null);
    }

    private static long? SizeOf(byte[] body) =>
        body is [.. var digits, (byte)'\n'] && digits.Length < 20 && Checkpoint.TryParseSize(Encoding.ASCII.GetString(digits), out var size)
            ? size : null;

    // The configuration was checked; settings that were made without it are refused here.
    private static NoteKey Parse(string line) =>
        WitnessKey.TryParse(line, out var key, out var fault) ? key.Key : throw new InvalidDataException($"a key of a witness cannot be used: {fault}");
}
