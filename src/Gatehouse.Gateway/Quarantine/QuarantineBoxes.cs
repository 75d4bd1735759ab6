using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>
/// Seals a withheld result and its facts under the key of the caller, and the facts of a release under the key of the person who released it. The
/// erasure of a person destroys the key (DP-03). Each box is bound to the id and to its part: none opens in the place of another.
/// </summary>
internal sealed class QuarantineBoxes(PayloadBoxes boxes)
{
    /// <summary>Seals the facts of a result.</summary>
    /// <returns>Null where they are larger than what a row keeps.</returns>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[]? Seal(string id, QuarantineFacts facts, DateTimeOffset at) => Seal(
        new SubjectOwner(facts.Issuer, facts.Subject), at, id,
        JsonSerializer.SerializeToUtf8Bytes(facts, QuarantineFactsJson.Default.QuarantineFacts), QuarantinedResultRow.MostSealedBytes);

    /// <summary>Opens the facts of a result.</summary>
    /// <returns>Null where they were not sealed for this result, have the form of another build, or the caller was erased.</returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public QuarantineFacts? Open(QuarantinedResultRow row) =>
        Open(row.Id, row.Sealed) is { } plain ? SealedJson.Read(plain, QuarantineFactsJson.Default.QuarantineFacts) : null;

    /// <summary>Seals the bytes of a result.</summary>
    /// <returns>Null where they are larger than what a row keeps.</returns>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[]? SealContent(string id, QuarantineFacts facts, ReadOnlySpan<byte> content, DateTimeOffset at) =>
        Seal(new SubjectOwner(facts.Issuer, facts.Subject), at, ContentOf(id), content, QuarantinedResultRow.MostContentBytes);

    /// <summary>Opens the bytes of a result.</summary>
    /// <returns>Null where they were not sealed for this result, or the caller was erased.</returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public byte[]? OpenContent(string id, ReadOnlyMemory<byte> content) => Open(ContentOf(id), content);

    /// <summary>Seals the facts of a release or deletion.</summary>
    /// <returns>Null where they are larger than what a row keeps.</returns>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[]? Seal(string id, ReleaseFacts facts, DateTimeOffset at) => Seal(
        new SubjectOwner(facts.Issuer, facts.Subject), at, ReleaseOf(id),
        JsonSerializer.SerializeToUtf8Bytes(facts, QuarantineFactsJson.Default.ReleaseFacts), QuarantinedResultRow.MostSealedBytes);

    /// <summary>Opens the facts of a release or deletion.</summary>
    /// <returns>
    /// Null where there are none, they were not sealed for this result, have the form of another build, or the person was erased.
    /// </returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public ReleaseFacts? OpenRelease(QuarantinedResultRow row) => Open(ReleaseOf(row.Id), row.Release) is { } plain
        ? SealedJson.Read(plain, QuarantineFactsJson.Default.ReleaseFacts) : null;

    /// <summary>Returns whether there is a key for the facts of a release. There is none where the person was erased.</summary>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public bool HasReleaseKey(QuarantinedResultRow row) => Open(ReleaseOf(row.Id), row.Release) is not null;

    /// <summary>Returns whether there are keys for all facts of a released result, whatever the form of the facts.</summary>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public bool HasKeys(QuarantinedResultRow row) => Open(row.Id, row.Sealed) is not null && HasReleaseKey(row);

    private static string ContentOf(string id) => id + "/content";

    private static string ReleaseOf(string id) => id + "/release";

    private byte[]? Seal(SubjectOwner owner, DateTimeOffset at, string boundTo, ReadOnlySpan<byte> plain, int most)
    {
        if (plain.Length > most) return null;
        var box = Encoding.UTF8.GetBytes(boxes.Seal(owner, at, boundTo, plain));
        return box.Length <= most ? box : null;
    }

    private byte[]? Open(string boundTo, ReadOnlyMemory<byte> box) =>
        !box.IsEmpty && boxes.TryOpen(boundTo, Encoding.UTF8.GetString(box.Span), out var plain) ? plain : null;
}
