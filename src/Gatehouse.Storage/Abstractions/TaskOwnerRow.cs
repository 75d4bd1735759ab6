namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// The owner of a task of an upstream server. Identifiers and owners are keyed digests of 16 to 64 bytes: the store reveals neither.
/// </summary>
/// <param name="Server">The server's name.</param>
/// <param name="Task">Digest of the task's identifier.</param>
/// <param name="Owner">Digest of the owner.</param>
/// <param name="Caller">Digest of the caller whose part of the table the row uses: issuer and subject, whatever the client.</param>
/// <param name="Until">When the task is forgotten.</param>
public sealed record TaskOwnerRow(string Server, ReadOnlyMemory<byte> Task, ReadOnlyMemory<byte> Owner, ReadOnlyMemory<byte> Caller,
    DateTimeOffset Until)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text or digest is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Server, nameof(Server));
        StoredText.CheckDigest(Task, nameof(Task));
        StoredText.CheckDigest(Owner, nameof(Owner));
        StoredText.CheckDigest(Caller, nameof(Caller));
    }
}
