using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Seals the facts of remembered answers: those about the call under the key of the caller, those about the person who answered under the key of that
/// person. After the erasure of one of them the answer cannot be opened, and counts for nothing (DP-03).
/// </summary>
internal sealed class RememberedBoxes(PayloadBoxes boxes)
{
    private const char Between = '\n'; // no box has a line feed

    /// <summary>Seals the facts of an answer.</summary>
    /// <returns>Null where they are larger than what a row keeps.</returns>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[]? Seal(string id, RememberedFacts facts, ApproverFacts by, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(by);
        var call = JsonSerializer.SerializeToUtf8Bytes(facts, RememberedFactsJson.Default.RememberedFacts);
        var person = JsonSerializer.SerializeToUtf8Bytes(by, ApprovalFactsJson.Default.ApproverFacts);
        if (call.Length + person.Length > RememberedApprovalRow.MostSealedBytes) return null;
        var box = Encoding.UTF8.GetBytes(
            boxes.Seal(new SubjectOwner(facts.Call.Issuer, facts.Call.Subject), at, id, call) + Between
                + boxes.Seal(new SubjectOwner(by.Issuer, by.Subject), at, PersonOf(id), person));
        return box.Length <= RememberedApprovalRow.MostSealedBytes ? box : null;
    }

    /// <summary>
    /// Opens the facts of an answer. A part is null where it was not sealed for this answer, has the form of another build, or its person was erased.
    /// </summary>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public (RememberedFacts? Facts, ApproverFacts? By) Open(RememberedApprovalRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var both = Encoding.UTF8.GetString(row.Sealed.Span).Split(Between);
        if (both.Length != 2) return default;
        var facts = boxes.TryOpen(row.Id, both[0], out var call) ? SealedJson.Read(call, RememberedFactsJson.Default.RememberedFacts) : null;
        var by = boxes.TryOpen(PersonOf(row.Id), both[1], out var person) ? SealedJson.Read(person, ApprovalFactsJson.Default.ApproverFacts) : null;
        return (facts, by);
    }

    private static string PersonOf(string id) => id + "/answer";
}
