using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The kept payloads of one log. A payload is on stable storage, under a name of its own, before its entry is queued. The caller's thread writes
/// it, so
/// that payloads of many callers are written side by side and no commit waits for them. Once the entry is on stable storage, it gets the name that
/// readers know. A payload whose entry was lost is thereby known at the next start (<see cref="PayloadRecovery"/>).
/// </summary>
internal sealed class KeptPayloads(ILogFolder folder, LogSpace space)
{
    private readonly Lock gate = new();
    private readonly List<string> named = []; // renamed, and the name not known to be on stable storage

    /// <summary>Returns when the payload is on stable storage. Its entry may be queued then.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Put(string log, AuditPayload payload)
    {
        folder.Put($"{log}/{LogLayout.NewPayload(payload.Digest)}", payload.Bytes.Span, isDurable: true);
        space.Add(payload.Bytes.Length);
    }

    /// <summary>Deletes a payload whose entry was not admitted.</summary>
    public void Withdraw(string log, AuditPayload payload)
    {
        try
        {
            folder.Delete($"{log}/{LogLayout.NewPayload(payload.Digest)}");
            space.Add(-payload.Bytes.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start deletes it.
        }
    }

    /// <summary>Their entries are on stable storage. A reader finds a payload under either name.</summary>
    public void Committed(string log, IReadOnlyList<AuditPayload> payloads)
    {
        foreach (var payload in payloads)
        {
            try
            {
                var name = $"{log}/{LogLayout.Payload(payload.Digest)}";
                folder.Move($"{log}/{LogLayout.NewPayload(payload.Digest)}", name);
                lock (gate) named.Add(name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next start names it.
            }
        }
    }

    /// <summary>Returns when the names are on stable storage. The journal knows their entries until then.</summary>
    /// <exception cref="IOException">They may be lost.</exception>
    public void Sync()
    {
        string[] paths;
        lock (gate) paths = [.. named];
        if (paths.Length == 0) return;
        folder.Sync(paths);
        lock (gate) named.RemoveRange(0, paths.Length);
    }
}
