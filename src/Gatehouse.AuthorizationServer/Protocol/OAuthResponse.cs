using System.Buffers;
using System.Text.Json;

namespace Gatehouse.AuthorizationServer.Protocol;

/// <summary>A response of the token endpoint or one of its neighbours. It can hold tokens, so nothing prints it, and nothing may store it.</summary>
internal sealed record OAuthResponse
{
    private const int Ok = 200;

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The body, JSON in UTF-8; empty for none. The adapter overwrites it after it was sent.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The error behind a refusal; null for a good answer.</summary>
    public OAuthError? Error { get; init; }

    /// <summary>True when a good answer was about an invented or foreign token: it counts like a failure of its address block.</summary>
    public bool IsFruitless { get; init; }

    /// <summary>The nonce that the client's next proof must carry (RFC 9449 §8); null for none.</summary>
    public string? Nonce { get; init; }

    /// <summary>Makes the answer to a good request.</summary>
    public static OAuthResponse Good(Action<Utf8JsonWriter>? members = null) =>
        new() { Status = Ok, Body = members is null ? [] : Json(members) };

    /// <summary>Makes the answer to a good request of JSON that is written already.</summary>
    public static OAuthResponse Good(byte[] json) => new() { Status = Ok, Body = json };

    /// <summary>Makes the answer to a refused request (RFC 6749 §5.2).</summary>
    public static OAuthResponse Of(OAuthError error, string? nonce = null) => new()
    {
        Status = error.Status,
        Error = error,
        Nonce = nonce,
        Body = Json(writer =>
        {
            writer.WriteString("error"u8, error.Error);
            writer.WriteString("error_description"u8, error.Description);
        }),
    };

    /// <summary>Only the status.</summary>
    public override string ToString() => $"answer {Status}";

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
