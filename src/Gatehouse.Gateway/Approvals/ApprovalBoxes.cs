using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Seals the facts of questions under the key of the caller, and those of answers under the key of the person who answered. The erasure of a person
/// destroys the key, and with it what was shown or who answered (DP-03).
/// </summary>
internal sealed class ApprovalBoxes(PayloadBoxes boxes)
{
    private const int HeaderLength = sizeof(int);

    /// <summary>Seals the facts of a question.</summary>
    /// <returns>Null where they are larger than what a row keeps.</returns>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[]? Seal(string id, ApprovalFacts facts, DateTimeOffset at)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(facts, ApprovalFactsJson.Default.ApprovalFacts);
        if (head.Length + facts.Parameters.Length > ApprovalRow.MostSealedBytes) return null;
        var plain = new byte[HeaderLength + head.Length + facts.Parameters.Length];
        BinaryPrimitives.WriteInt32BigEndian(plain, head.Length);
        head.CopyTo(plain.AsSpan(HeaderLength));
        facts.Parameters.Span.CopyTo(plain.AsSpan(HeaderLength + head.Length));
        var box = Encoding.UTF8.GetBytes(boxes.Seal(new SubjectOwner(facts.Issuer, facts.Subject), at, id, plain));
        return box.Length <= ApprovalRow.MostSealedBytes ? box : null;
    }

    /// <summary>Opens the facts of a question.</summary>
    /// <returns>Null where they were not sealed for this question, have the form of another build, or the caller was erased.</returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public ApprovalFacts? Open(ApprovalRow row)
    {
        if (!boxes.TryOpen(row.Id, Encoding.UTF8.GetString(row.Sealed.Span), out var plain) || plain.Length < HeaderLength) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(plain);
        if (length < 0 || length > plain.Length - HeaderLength) return null;
        var facts = SealedJson.Read(plain.AsSpan(HeaderLength, length), ApprovalFactsJson.Default.ApprovalFacts);
        return facts is null ? null : facts with { Parameters = plain.AsMemory(HeaderLength + length) };
    }

    /// <summary>Seals the facts of an answer.</summary>
    /// <exception cref="Audit.AuditUnavailableException">There is no key.</exception>
    public byte[] Seal(string id, ApproverFacts facts, DateTimeOffset at) => Encoding.UTF8.GetBytes(boxes.Seal(
        new SubjectOwner(facts.Issuer, facts.Subject), at, AnswerTo(id),
        JsonSerializer.SerializeToUtf8Bytes(facts, ApprovalFactsJson.Default.ApproverFacts)));

    /// <summary>Opens the facts of an answer.</summary>
    /// <returns>Null where they were not sealed for this question, have the form of another build, or the person was erased.</returns>
    /// <exception cref="StoreException">The table of keys cannot be read.</exception>
    public ApproverFacts? Open(ApprovalAnswerRow row) =>
        boxes.TryOpen(AnswerTo(row.ApprovalId), Encoding.UTF8.GetString(row.Sealed.Span), out var plain)
            ? SealedJson.Read(plain, ApprovalFactsJson.Default.ApproverFacts) : null;

    private static string AnswerTo(string id) => id + "/answer";
}
