using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol;

/// <summary>One unambiguous JSON-RPC message in its original bytes. Only <c>MessageValidator</c> makes one.</summary>
/// <remarks>Immutable, as long as the owner of the buffer does not change it; safe to read from several threads.</remarks>
public sealed class ValidatedMessage
{
    private readonly PresentMembers members;
    private string? method;
    private string? name;

    internal ValidatedMessage(ReadOnlyMemory<byte> bytes, MessageKind kind, in EnvelopeIndex slots)
    {
        Bytes = bytes;
        Kind = kind;
        members = new PresentMembers(in slots);
        method = ProtocolMethods.Intern(Raw(EnvelopeMember.Method));
    }

    /// <summary>The message as received.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The kind of the message.</summary>
    public MessageKind Kind { get; }

    /// <summary>The decoded method, or null on a response. Methods of the protocol cost no allocation.</summary>
    public string? Method => method ??= Text(EnvelopeMember.Method);

    /// <summary>The decoded <c>params.name</c>, of a tool or a prompt; null when the message has none that is a string.</summary>
    public string? Name => name ??= Text(EnvelopeMember.ParamsName);

    /// <summary>The id; absent on a notification, and null or absent on an error whose request was unreadable.</summary>
    public JsonRpcId Id
    {
        get
        {
            var range = Range(EnvelopeMember.Id);
            return new JsonRpcId(Bytes.Slice(range.Start, range.Length));
        }
    }

    /// <summary>Returns the range of a value. Absent when the message has no such member.</summary>
    public ByteRange Range(EnvelopeMember slot) => members[slot];

    /// <summary>Returns the raw token of a value, quotes included. Empty when absent.</summary>
    public ReadOnlyMemory<byte> Part(EnvelopeMember slot) =>
        Range(slot) is { IsAbsent: false } range ? Bytes.Slice(range.Start, range.Length) : default;

    /// <summary>Returns the bytes of a value. Empty when it is absent.</summary>
    public ReadOnlySpan<byte> Raw(EnvelopeMember slot) => Range(slot).Of(Bytes.Span);

    /// <summary>Returns a JSON string decoded, or null when the value is absent or not a string.</summary>
    public string? Text(EnvelopeMember slot) => JsonText.Decode(Raw(slot));

    /// <summary>Returns whether the value is a JSON string of this text, in whatever form it is written.</summary>
    /// <param name="slot">The value.</param>
    /// <param name="utf8">The text, in UTF-8.</param>
    public bool Is(EnvelopeMember slot, ReadOnlySpan<byte> utf8) => JsonText.Is(Raw(slot), utf8);

    /// <summary>Returns whether the value is there and is a string.</summary>
    public bool IsString(EnvelopeMember slot) => First(slot) == '"';

    /// <summary>Returns whether the value is there and is an object.</summary>
    public bool IsObject(EnvelopeMember slot) => First(slot) == '{';

    /// <summary>Returns whether the value is there and is an array.</summary>
    public bool IsArray(EnvelopeMember slot) => First(slot) == '[';

    /// <summary>Returns whether the message has this member, whatever its value.</summary>
    public bool Has(EnvelopeMember slot) => !Range(slot).IsAbsent;

    private byte First(EnvelopeMember slot)
    {
        var raw = Raw(slot);
        return raw.IsEmpty ? (byte)0 : raw[0];
    }
}
