using System.Text;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Edits;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Receipts;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Receipts;

/// <summary>
/// The member <c>gatehouse/receipt</c> of messages: in <c>params._meta</c> a caller asks with it, in <c>result._meta</c> or <c>error.data</c> it gets
/// the receipt. No server sees the first or writes the second.
/// </summary>
internal static class ReceiptMember
{
    /// <summary>The member of <c>error.data</c> that holds what a server sent there, where that is no object.</summary>
    public const string OtherData = "gatehouse/data";

    private static readonly byte[] Name = Encoding.UTF8.GetBytes(CallHash.Member);

    /// <summary>Returns whether the message asks for a receipt; null where it does so in a form that has no meaning.</summary>
    public static bool? IsAsked(ValidatedMessage message)
    {
        if (!JsonWalk.TryFindMember(message.Bytes.Span, message.Range(EnvelopeMember.ParamsMeta), Name, out var value)) return false;
        return message.Kind == MessageKind.Request && value.Of(message.Bytes.Span).SequenceEqual("true"u8) ? true : null;
    }

    /// <summary>Returns a request without the member by which it asks.</summary>
    /// <exception cref="InvalidDataException">The rest is no message.</exception>
    public static ValidatedMessage WithoutAsking(ValidatedMessage request)
    {
        var splice = new MessageSplice(request);
        if (MemberRange.Find(request.Bytes.Span, request.Range(EnvelopeMember.ParamsMeta), Name, out _) is { } asking) splice.Remove(asking);
        return splice.ApplyAndValidate(MessageLimits.Default with { MaxBytes = request.Bytes.Length });
    }

    /// <summary>
    /// Returns an answer that can hold a receipt and holds none: a member of the same name that the server wrote is removed, <c>_meta</c> that is no
    /// object is emptied, and <c>data</c> of an error that is no object becomes a member of one.
    /// </summary>
    /// <returns>Null where it cannot hold one: its result or error is no object.</returns>
    public static ValidatedMessage? Prepared(ValidatedMessage answer)
    {
        var (holder, inner) = PlaceOf(answer);
        if (!answer.IsObject(holder)) return null;
        if (!answer.Has(inner)) return answer;
        var splice = new MessageSplice(answer);
        if (!answer.IsObject(inner)) splice.Replace(answer.Range(inner), inner == EnvelopeMember.ErrorData ? Wrapped(answer) : "{}"u8.ToArray());
        else if (MemberRange.Find(answer.Bytes.Span, answer.Range(inner), Name, out _) is { } written) splice.Remove(written);
        return Applied(splice);
    }

    /// <summary>Returns a prepared answer with its receipt. Null where the result would be beyond the bounds of a message.</summary>
    /// <param name="prepared">From <see cref="Prepared"/>.</param>
    /// <param name="note">The signed note.</param>
    /// <param name="salt">The salt of the call's hash.</param>
    public static ValidatedMessage? With(ValidatedMessage prepared, string note, ReadOnlySpan<byte> salt)
    {
        var (holder, inner) = PlaceOf(prepared);
        byte[] receipt = [.. JsonText.Encode(CallHash.Member), .. ":{\"note\":"u8, .. JsonText.Encode(note), .. ",\"salt\":"u8,
            .. JsonText.Encode(Convert.ToBase64String(salt)), (byte)'}'];
        var splice = new MessageSplice(prepared);
        if (prepared.Has(inner)) Append(splice, prepared.Range(inner), receipt);
        else Append(splice, prepared.Range(holder), [.. holder == EnvelopeMember.Error ? "\"data\":{"u8 : "\"_meta\":{"u8, .. receipt, (byte)'}']);
        return Applied(splice);
    }

    private static (EnvelopeMember Holder, EnvelopeMember Inner) PlaceOf(ValidatedMessage answer) => answer.Kind == MessageKind.Error
        ? (EnvelopeMember.Error, EnvelopeMember.ErrorData) : (EnvelopeMember.Result, EnvelopeMember.ResultMeta);

    private static byte[] Wrapped(ValidatedMessage answer) =>
        [(byte)'{', .. JsonText.Encode(OtherData), (byte)':', .. answer.Raw(EnvelopeMember.ErrorData), (byte)'}'];

    private static void Append(MessageSplice splice, ByteRange container, byte[] member)
    {
        var bytes = splice.Original.Bytes.Span;
        var isEmpty = !JsonWalk.Members(bytes, container).MoveNext();
        splice.Replace(new ByteRange(container.End - 1, 0), isEmpty ? member : [(byte)',', .. member]);
    }

    private static ValidatedMessage? Applied(MessageSplice splice)
    {
        if (splice.IsEmpty) return splice.Original;
        var most = Math.Max(splice.Original.Bytes.Length, splice.Length);
        return MessageValidator.TryValidate(splice.Apply(), MessageLimits.Default with { MaxBytes = most }, out var edited, out _) ? edited : null;
    }
}
