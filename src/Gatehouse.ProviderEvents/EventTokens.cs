using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.ProviderEvents;

/// <summary>The validator of the events of one party (RFC 8417; OpenID Connect Back-Channel Logout 1.0 §2.6). Safe for concurrent use.</summary>
/// <param name="issuer">The <c>iss</c> of its events.</param>
/// <param name="audiences">The audiences that are this gateway.</param>
/// <param name="algorithms">The accepted algorithms.</param>
/// <param name="skew">The tolerated difference of clocks.</param>
/// <param name="keys">Returns the keys of the party; null where it has none now.</param>
/// <param name="time">The clock.</param>
internal sealed class EventTokens(
    string issuer, IReadOnlyList<string> audiences, IReadOnlyList<string> algorithms, TimeSpan skew, Func<IIssuerKeys?> keys, TimeProvider time)
{
    /// <summary>The most characters of an event: 16 KiB.</summary>
    public const int MaxLength = BearerCredential.MaxTokenLength;

    /// <summary>The most events in one token.</summary>
    public const int MostEvents = 8;

    private const int LongestId = 255;

    /// <summary>Judges an event.</summary>
    /// <param name="text">The token, as it came.</param>
    /// <param name="form">The form that it must have.</param>
    /// <param name="peer">The address block that sent it: its part of the fetches of keys is used.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    public async ValueTask<(VerifiedEvent? Event, EventFault? Fault)> VerifyAsync(
        string text, EventForm form, CallerPartition peer, CancellationToken cancellation)
    {
        // Threat: an anonymous sender makes the gateway parse and verify texts without bound (CWE-400). Size and issuer come before the signature.
        if (text.Length > MaxLength) return (null, EventFault.TooLarge);
        if (!Ascii.IsValid(text)) return (null, EventFault.Malformed);
        var ascii = Encoding.ASCII.GetBytes(text);
        if (CompactJws.TryRead(ascii, out var jws) is not null || StrictJson.Parse(jws!.Payload, out var payload) != StrictJsonFault.None)
            return (null, EventFault.Malformed);
        if (!IsOfType(jws.Header.Type, form.Type)) return (null, EventFault.Type);
        // Threat: the token chooses how it is checked (alg none, HMAC with the public key; RFC 8725 §2.1).
        if (!algorithms.Contains(jws.Header.Algorithm, StringComparer.Ordinal) || SignatureAlgorithm.Find(jws.Header.Algorithm) is not { } algorithm)
            return (null, EventFault.Algorithm);
        try
        {
            var claims = new ClaimSet(payload);
            if (claims.Text("iss") != issuer) return (null, EventFault.Issuer);
            if (await FindSignatureFaultAsync(ascii, jws, algorithm, peer, cancellation).ConfigureAwait(false) is { } bad) return (null, bad);
            return Read(claims, form);
        }
        catch (ClaimFormatException)
        {
            return (null, EventFault.Malformed);
        }
    }

    private async ValueTask<EventFault?> FindSignatureFaultAsync(
        byte[] ascii, CompactJws jws, SignatureAlgorithm algorithm, CallerPartition peer, CancellationToken cancellation)
    {
        if (keys() is not { } found) return EventFault.KeysUnavailable;
        var verdict = await SignatureVerdict.OfAsync(ascii, jws, algorithm, found, peer, cancellation).ConfigureAwait(false);
        return verdict.Refusal switch
        {
            null => null,
            TokenRefusal.KeysUnavailable => EventFault.KeysUnavailable,
            TokenRefusal.UnknownKey => EventFault.Key,
            _ => EventFault.Signature,
        };
    }

    private (VerifiedEvent?, EventFault?) Read(ClaimSet claims, EventForm form)
    {
        if (!claims.Texts("aud").Any(one => audiences.Contains(one, StringComparer.Ordinal))) return (null, EventFault.Audience);
        var (now, issued, end) = (time.GetUtcNow(), claims.Date("iat"), claims.Date("exp"));
        if (issued is null || issued > now + skew || issued < now - form.MaxAge - skew || (end is null && form.HasEnd) || end <= now - skew)
            return (null, EventFault.Time);
        if (claims.Text("jti") is not { Length: > 0 and <= LongestId } id) return (null, EventFault.Id);
        if (EventsOf(claims.Root) is not { Count: > 0 and <= MostEvents } events) return (null, EventFault.Malformed);
        var isLogout = events.Any(static one => one.Type == EventTypes.BackChannelLogout);
        if (form != EventForm.Logout)
            return isLogout ? (null, EventFault.Type) : (new VerifiedEvent(id, events, EventSubject.Of(claims.Root)), null);
        // Threat: an ID token, which has a nonce, is taken for a logout token (§2.6 step 6).
        if (!isLogout || events.Count != 1 || claims.Has("nonce")) return (null, EventFault.Type);
        return EventSubject.OfLogout(claims.Root, issuer) is { } subject
            ? (new VerifiedEvent(id, events, subject), null) : (null, EventFault.Subject);
    }

    private static List<(string Type, JsonElement Content)>? EventsOf(JsonElement claims) =>
        claims.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Object
            && events.EnumerateObject().All(static one => one.Value.ValueKind == JsonValueKind.Object)
            ? [.. events.EnumerateObject().Select(static one => (one.Name, one.Value))] : null;

    // RFC 7515 §4.1.9: the part before the slash may be omitted.
    private static bool IsOfType(string? given, string expected) => given is not null
        && (given.Equals(expected, StringComparison.OrdinalIgnoreCase) || given.Equals("application/" + expected, StringComparison.OrdinalIgnoreCase));
}
