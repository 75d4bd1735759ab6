using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Confirmations;

/// <summary>
/// The form of a confirmation, and the reading of its answer (MCP, client/elicitation, form mode). The form has one field with two values and no
/// default, so that an answer needs a choice. The refusal is first: a client that takes the first value by itself refuses.
/// </summary>
public static class ConfirmationForm
{
    /// <summary>The value that carries the call out.</summary>
    public const string Yes = "Yes, carry out this call";

    /// <summary>The value that refuses the call.</summary>
    public const string No = "No, do not carry it out";

    /// <summary>The method of the question.</summary>
    public const string Method = "elicitation/create";

    private const string Title = "Your decision about this call";

    /// <summary>Returns the key by which a client names the question in its answers.</summary>
    /// <param name="id">Id of the question.</param>
    public static string KeyOf(string id) => "gatehouse-" + id;

    /// <summary>Returns the params of <c>elicitation/create</c>. Without a mode, every revision reads them as a form.</summary>
    /// <param name="message">The text that the person is shown.</param>
    public static byte[] WriteParameters(string message) =>
    [
        .. "{\"message\":"u8, .. JsonText.Encode(message),
        .. ",\"requestedSchema\":{\"type\":\"object\",\"properties\":{\"decision\":{\"type\":\"string\",\"title\":"u8, .. JsonText.Encode(Title),
        .. ",\"enum\":["u8, .. JsonText.Encode(No), (byte)',', .. JsonText.Encode(Yes), .. "]}},\"required\":[\"decision\"]}}"u8,
    ];

    /// <summary>Returns the <c>inputRequests</c> of a result that asks the question (MCP 2026-07-28, multi round-trip requests).</summary>
    /// <param name="key">The key of the question.</param>
    /// <param name="message">The text that the person is shown.</param>
    public static byte[] WriteInputRequests(string key, string message) =>
    [
        (byte)'{', .. JsonText.Encode(key), .. ":{\"method\":\"elicitation/create\",\"params\":"u8, .. WriteParameters(message), .. "}}"u8,
    ];

    /// <summary>Reads the client's response to a request of the gateway (legacy era).</summary>
    public static ConfirmationChoice ReadResponse(ValidatedMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Kind == MessageKind.Error ? ConfirmationChoice.Failed : Read(response.Bytes.Span, response.Range(EnvelopeMember.Result));
    }

    /// <summary>Reads the answer in the <c>inputResponses</c> of a request (modern era). It has to be the only one in them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The key of the question.</param>
    public static ConfirmationChoice ReadInputResponses(ValidatedMessage request, string key)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.IsObject(EnvelopeMember.ParamsInputResponses)) return ConfirmationChoice.Malformed;
        var bytes = request.Bytes.Span;
        var (choice, others) = (ConfirmationChoice.Malformed, false);
        foreach (var answer in JsonWalk.Members(bytes, request.Range(EnvelopeMember.ParamsInputResponses)))
        {
            if (JsonWalk.String(bytes, answer.Name) == key) choice = Read(bytes, answer.Value);
            else others = true;
        }

        return others ? ConfirmationChoice.MoreThanAsked : choice;
    }

    /// <summary>Returns the word of a choice, as the record has it.</summary>
    public static string WordOf(ConfirmationChoice choice) => choice switch
    {
        ConfirmationChoice.Yes => "yes",
        ConfirmationChoice.No => "no",
        ConfirmationChoice.Declined => "declined",
        ConfirmationChoice.Cancelled => "cancelled",
        ConfirmationChoice.WithoutChoice => "without-choice",
        ConfirmationChoice.OtherChoice => "other-choice",
        ConfirmationChoice.MoreThanAsked => "more-than-asked",
        ConfirmationChoice.Failed => "failed",
        _ => "malformed",
    };

    private static ConfirmationChoice Read(ReadOnlySpan<byte> bytes, ByteRange result)
    {
        if (result.IsAbsent || bytes[result.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, result, "action"u8, out var action))
            return ConfirmationChoice.Malformed;
        return JsonWalk.String(bytes, action) switch
        {
            "accept" => Content(bytes, result),
            "decline" => ConfirmationChoice.Declined,
            "cancel" => ConfirmationChoice.Cancelled,
            _ => ConfirmationChoice.Malformed,
        };
    }

    private static ConfirmationChoice Content(ReadOnlySpan<byte> bytes, ByteRange result)
    {
        if (!JsonWalk.TryFindMember(bytes, result, "content"u8, out var content)) return ConfirmationChoice.WithoutChoice;
        if (bytes[content.Start] != (byte)'{') return ConfirmationChoice.Malformed;
        var (choice, others) = (ConfirmationChoice.WithoutChoice, false);
        foreach (var value in JsonWalk.Members(bytes, content))
        {
            if (!JsonText.Is(value.Name.Of(bytes), "decision"u8)) others = true;
            else choice = JsonWalk.String(bytes, value.Value) switch
            {
                Yes => ConfirmationChoice.Yes,
                No => ConfirmationChoice.No,
                _ => ConfirmationChoice.OtherChoice,
            };
        }

        return others ? ConfirmationChoice.MoreThanAsked : choice;
    }
}
