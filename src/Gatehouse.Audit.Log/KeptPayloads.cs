using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// The kept payloads of one log. A payload is on stable storage, under a name of its own, before its entry is queued. The caller's thread writes
/// it, so that payloads of many callers are written side by side and no commit waits for them. Once the entry is on stable storage, it gets the name
/// that readers know. A payload whose entry was lost is thereby known at the next start (<see cref="PayloadRecovery"/>).
/// </summary>
internal sealed class KeptPayloads(ILogFolder folder, LogSpace space)
{
    private readonly Lock gate = new();
    private readonly List<string> named = []; // renamed, and the name not known to be on stable storage
    private readonly List<(string Log, string Digest)> unnamed = []; // with an entry, and not renamed

    /// <summary>Returns when the payload is on stable storage. Its entry may be queued then.</summary>
    /// <exception cref="AuditUnavailableException">There is no room for it. Nothing was written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Put(string log, AuditPayload payload)
    {
        space.Take(payload.Bytes.Length);
        var isWritten = false;
        try
        {
            folder.Put($"{log}/{LogLayout.NewPayload(payload.Digest)}", payload.Bytes.Span, isDurable: true);
            isWritten = true;
        }
        finally
        {
            if (!isWritten) space.Add(-payload.Bytes.Length);
        }
    }

    /// <summary>Deletes a payload whose entry was not admitted, or was refused with its batch before any byte of it was written.</summary>
    public void Withdraw(string log, AuditPayload payload)
    {
        if (Delete(log, payload.Digest)) space.Add(-payload.Bytes.Length);
    }

    /// <summary>Deletes a payload without an entry. Returns false where that failed; the next start deletes it.</summary>
    public bool Delete(string log, string digest)
    {
        try
        {
            folder.Delete($"{log}/{LogLayout.NewPayload(digest)}");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Takes payloads whose entries are on stable storage, and that have no name yet.</summary>
    public void AwaitName(string log, List<AuditPayload> payloads)
    {
        if (payloads.Count == 0) return;
        lock (gate) unnamed.AddRange(payloads.Select(payload => (log, payload.Digest)));
    }

    /// <summary>Gives payloads their names. Their entries are on stable storage. A reader finds a payload under either name.</summary>
    public void Committed(string log, IReadOnlyList<AuditPayload> payloads)
    {
        foreach (var payload in payloads) Name(log, payload.Digest);
    }

    /// <summary>Gives a payload its name. What cannot be done now is done before the journal forgets its entry.</summary>
    public void Name(string log, string digest)
    {
        try
        {
            Move(log, digest);
            lock (gate) unnamed.Remove((log, digest));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays in the list, and the next sync tries again.
        }
    }

    /// <summary>
    /// Takes payloads of an earlier process that have an entry and no name. Called before the tree can let go of a part of the journal: without the
    /// journal, the next start would take them for payloads without an entry.
    /// </summary>
    public void Recovered(string log, PayloadRecovery found)
    {
        lock (gate)
        {
            unnamed.AddRange(found.Named.Select(digest => (log, digest)));
            named.AddRange(found.Settled.Select(digest => $"{log}/{LogLayout.Payload(digest)}"));
        }
    }

    /// <summary>Gives these payloads their names. What cannot be done now is done before the journal forgets their entries.</summary>
    public void NameRecovered()
    {
        try
        {
            NameAgain();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They stay in the list, and the next sync tries again.
        }
    }

    /// <summary>Returns when the names are on stable storage. The journal knows their entries until then.</summary>
    /// <exception cref="IOException">They may be lost.</exception>
    /// <exception cref="UnauthorizedAccessException">A payload cannot get its name.</exception>
    public void Sync()
    {
        NameAgain();
        string[] paths;
        lock (gate) paths = [.. named];
        if (paths.Length == 0) return;
        folder.Sync(paths);
        lock (gate) named.RemoveRange(0, paths.Length);
    }

    private void NameAgain()
    {
        (string Log, string Digest)[] again;
        lock (gate) again = [.. unnamed];
        foreach (var (log, digest) in again)
        {
            Move(log, digest);
            lock (gate) unnamed.Remove((log, digest));
        }
    }

    private void Move(string log, string digest)
    {
        var name = $"{log}/{LogLayout.Payload(digest)}";
        try
        {
            folder.Move($"{log}/{LogLayout.NewPayload(digest)}", name);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return; // it was erased
        }

        lock (gate) named.Add(name);
    }
}
