using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Edits;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.Quarantine;

/// <summary>A withheld result that a person released, taken for one call.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Message">The message as the server sent it.</param>
/// <param name="SetAside">The findings that the person set aside.</param>
/// <param name="At">The moment of the release.</param>
/// <param name="By">The person who released it.</param>
internal sealed record ReleasedResult(
    string Id, ReadOnlyMemory<byte> Message, IReadOnlyList<WithheldFinding> SetAside, DateTimeOffset At, string By)
{
    /// <summary>
    /// The member of <c>result._meta</c> that marks a released result. Only the gateway writes it; a server's is removed (rule <c>own-members</c>).
    /// </summary>
    public const string Member = "gatehouse/released";

    /// <summary>
    /// Returns the answer to a request: the result as the server sent it, with the id of that request. Members of the message beside the result are
    /// left out, because the person who released it did not see them.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The largest message of the server, in bytes.</param>
    /// <returns>Null where it is no message of a server any more.</returns>
    public ValidatedMessage? AnswerTo(ValidatedMessage request, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(request);
        var limits = Within(Math.Max(maxBytes, Message.Length));
        if (!MessageValidator.TryValidate(Message, limits, out var kept, out _) || kept.Kind != MessageKind.Result) return null;
        byte[] answer =
        [
            .. "{\"jsonrpc\":\"2.0\",\"id\":"u8, .. request.Raw(EnvelopeMember.Id), .. ",\"result\":"u8, .. kept.Raw(EnvelopeMember.Result), (byte)'}',
        ];
        return MessageValidator.TryValidate(answer, Within(Math.Max(answer.Length, limits.MaxBytes)), out var message, out _) ? message : null;
    }

    /// <summary>Returns an answer with the mark that it was released, with the moment and the person.</summary>
    /// <param name="answer">The answer, after every rule: no rule sees the mark.</param>
    /// <returns>Null where the answer cannot hold the mark.</returns>
    public ValidatedMessage? Marked(ValidatedMessage answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!answer.IsObject(EnvelopeMember.Result)) return null;
        var at = Moments.Rfc3339(At);
        byte[] mark = [.. JsonText.Encode(Member), .. ":{\"quarantine\":"u8, .. JsonText.Encode(Id), .. ",\"at\":"u8, .. JsonText.Encode(at),
            .. ",\"by\":"u8, .. JsonText.Encode(By), (byte)'}'];
        byte[] meta = [(byte)'{', .. mark, (byte)'}'];
        var splice = new MessageSplice(answer);
        if (!answer.Has(EnvelopeMember.ResultMeta)) Append(splice, answer.Range(EnvelopeMember.Result), [.. "\"_meta\":"u8, .. meta]);
        else if (answer.IsObject(EnvelopeMember.ResultMeta)) Append(splice, answer.Range(EnvelopeMember.ResultMeta), mark);
        else splice.Replace(answer.Range(EnvelopeMember.ResultMeta), meta);
        return Applied(splice);
    }

    private static void Append(MessageSplice splice, ByteRange container, byte[] member)
    {
        var isEmpty = !JsonWalk.Members(splice.Original.Bytes.Span, container).MoveNext();
        splice.Replace(new ByteRange(container.End - 1, 0), isEmpty ? member : [(byte)',', .. member]);
    }

    private static ValidatedMessage? Applied(MessageSplice splice) =>
        MessageValidator.TryValidate(splice.Apply(), Within(Math.Max(splice.Length, splice.Original.Bytes.Length)), out var edited, out _)
            ? edited : null;

    private static MessageLimits Within(int bytes) => MessageLimits.Default with { MaxBytes = bytes };
}
