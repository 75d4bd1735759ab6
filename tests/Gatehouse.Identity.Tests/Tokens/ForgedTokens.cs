using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Tokens;

/// <summary>The table of forged tokens, each exactly one change away from a good one.</summary>
internal static class ForgedTokens
{
    private static readonly TestKey Stranger = TestKey.Es256("es-1");
    private static readonly TestKey StrangerRsa = TestKey.Rs256("rs-1");

    public static IReadOnlyList<ForgedToken> All { get; } =
        [.. Requirements(), .. Algorithms(), .. Signatures(), .. Keys(), .. Shapes(), .. Headers(), .. Types(), .. Audiences(), .. Times(),
            .. OtherClaims()];

    private static IEnumerable<ForgedToken> Requirements() =>
    [
        new("A06", "signed by a stranger's key under the known kid", TokenRefusal.SignatureInvalid, draft => draft.Signer = Stranger.Sign),
        new("A06", "signed by a stranger's RSA key under the known kid", TokenRefusal.SignatureInvalid, draft => draft.Signer = StrangerRsa.Sign)
            { Key = ValidatorBench.Rs256 },
        new("A06", "issuer of another tenant", TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = "https://login.example/other"),
        new("A06", "expired beyond the skew", TokenRefusal.Expired, draft => Shift(draft, "exp", -301 - 60)),
        new("A06", "not valid before the day after", TokenRefusal.NotYetValid, draft => draft.Claims["nbf"] = Seconds(draft, "iat") + 61),
        new("A07", "audience of a sibling path", TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = "https://gateway.example/other"),
        new("A07", "audience of a sibling host", TokenRefusal.AudienceMismatch,
            draft => draft.Claims["aud"] = "https://gateway.example.evil.test/mcp"),
        new("A08", "no audience", TokenRefusal.AudienceMissing, draft => draft.Claims.Remove("aud")),
        new("A20", "audience with upper-case scheme and host", null, draft => draft.Claims["aud"] = "HTTPS://Gateway.EXAMPLE/mcp"),
        new("A20", "audience with an upper-case path", TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = "https://gateway.example/MCP"),
        new("A20", "audience with a slash at the end", TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = "https://gateway.example/mcp/"),
        new("A20", "audience with the default port spelled out", TokenRefusal.AudienceMismatch,
            draft => draft.Claims["aud"] = "https://gateway.example:443/mcp"),
    ];

    private static IEnumerable<ForgedToken> Algorithms() =>
    [
        .. new[] { "none", "None", "nOnE", "NONE", "", "none " }.Select(name =>
            new ForgedToken("RFC 8725 §2.1, §3.1", $"alg '{name}' without signature", TokenRefusal.AlgorithmNotAllowed,
                draft => Unsigned(draft, name))),
        .. new[] { "HS256", "HS384", "HS512" }.Select(name =>
            new ForgedToken("RFC 8725 §2.1, §3.1", $"alg {name} with the public RSA key as secret", TokenRefusal.AlgorithmNotAllowed,
                draft => HmacWithPublicKey(draft, name)) { Key = ValidatorBench.Rs256 }),
        new("RFC 8725 §2.1, §3.1", "alg HS256 with the public EC key as secret", TokenRefusal.AlgorithmNotAllowed,
            draft => HmacWithPublicKey(draft, "HS256")),
        new("RFC 8725 §3.2", "alg in lower case", TokenRefusal.AlgorithmNotAllowed, draft => draft.Header["alg"] = "es256"),
        new("RFC 8725 §3.2", "alg RS1 (SHA-1)", TokenRefusal.AlgorithmNotAllowed, draft => draft.Header["alg"] = "RS1")
            { Key = ValidatorBench.Rs256 },
        new("RFC 8725 §3.2", "alg ES256K", TokenRefusal.AlgorithmNotAllowed, draft => draft.Header["alg"] = "ES256K"),
        new("RFC 8725 §3.2", "alg EdDSA", TokenRefusal.AlgorithmNotAllowed, draft => draft.Header["alg"] = "EdDSA"),
        new("RFC 8725 §3.1", "alg absent", TokenRefusal.Malformed, draft => draft.Header.Remove("alg")),
        new("RFC 8725 §3.1", "alg a number", TokenRefusal.Malformed, draft => draft.Header["alg"] = 256),
        new("RFC 8725 §3.1", "alg a list", TokenRefusal.Malformed, draft => draft.Header["alg"] = new JsonArray("ES256")),
        new("RFC 8725 §3.1", "PKCS#1 signature under PS256 and an RS256 key", TokenRefusal.KeyMismatch, draft => draft.Header["alg"] = "PS256")
            { Key = ValidatorBench.Rs256 },
        new("RFC 8725 §3.1", "PSS signature under RS256", TokenRefusal.SignatureInvalid,
            draft => draft.Signer = ValidatorBench.Rs256.As("PS256").Sign) { Key = ValidatorBench.Rs256 },
        new("RFC 8725 §3.1", "ES256 token under RS256", TokenRefusal.KeyMismatch, draft => draft.Header["alg"] = "RS256"),
        new("RFC 8725 §3.1", "ES256 header naming the P-384 key", TokenRefusal.KeyMismatch, draft => draft.Header["kid"] = "es-3"),
        new("RFC 8725 §3.1", "ES256 token under ES384", TokenRefusal.KeyMismatch, draft => draft.Header["alg"] = "ES384"),
    ];

    private static IEnumerable<ForgedToken> Signatures() =>
    [
        new("RFC 8725 §2.2, §3.3", "claims changed after signing", TokenRefusal.SignatureInvalid,
            draft => draft.Afterwards = token => SwapClaims(token, draft)),
        new("RFC 8725 §3.3", "header changed after signing", TokenRefusal.SignatureInvalid,
            draft => draft.Afterwards = token => SwapHeader(token, draft)),
        new("RFC 8725 §3.3", "signature stripped, dot kept", TokenRefusal.SignatureInvalid, draft => draft.Signer = _ => []),
        new("RFC 8725 §3.3", "signature and dot stripped", TokenRefusal.Malformed,
            draft => draft.Afterwards = token => token[..token.LastIndexOf('.')]),
        new("RFC 8725 §3.4", "zero signature (CVE-2022-21449)", TokenRefusal.SignatureInvalid, draft => draft.Signer = _ => new byte[64]),
        new("RFC 8725 §3.4", "r is zero", TokenRefusal.SignatureInvalid,
            draft => draft.Signer = input => [.. new byte[32], .. draft.Key.Sign(input)[32..]]),
        new("RFC 8725 §3.4", "s is zero", TokenRefusal.SignatureInvalid,
            draft => draft.Signer = input => [.. draft.Key.Sign(input)[..32], .. new byte[32]]),
        new("RFC 7518 §3.4", "signature in DER", TokenRefusal.SignatureInvalid, draft => draft.Signer = draft.Key.SignAsDer),
        new("RFC 7518 §3.4", "signature one byte longer", TokenRefusal.SignatureInvalid,
            draft => draft.Signer = input => [.. draft.Key.Sign(input), 0]),
        new("RFC 7518 §3.3", "RSA signature with a zero byte before it", TokenRefusal.SignatureInvalid,
            draft => draft.Signer = input => [0, .. draft.Key.Sign(input)]) { Key = ValidatorBench.Rs256 },
        new("RFC 7518 §3.3", "RSA signature of zeros", TokenRefusal.SignatureInvalid, draft => draft.Signer = _ => new byte[256])
            { Key = ValidatorBench.Rs256 },
        new("RFC 8725 §2.2, §3.5", "HMAC with a guessable secret", TokenRefusal.AlgorithmNotAllowed,
            draft => Hmac(draft, "HS256", "secret"u8.ToArray())),
    ];

    private static IEnumerable<ForgedToken> Keys() =>
    [
        new("RFC 8725 §2.9, §3.10", "kid unknown", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "es-99"),
        new("RFC 8725 §2.9, §3.10", "kid a path", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "../../../../dev/null"),
        new("RFC 8725 §2.9, §3.10", "kid a statement", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "x' UNION SELECT 'key'; --"),
        new("RFC 8725 §2.9, §3.10", "kid a URL", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "http://169.254.169.254/key"),
        new("RFC 8725 §2.9, §3.10", "kid with a NUL after the known one", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "es-1\0"),
        new("RFC 8725 §2.9, §3.10", "kid in another case", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = "ES-1"),
        new("RFC 8725 §2.9, §3.10", "kid empty", TokenRefusal.UnknownKey, draft => draft.Header["kid"] = ""),
        new("RFC 8725 §2.9, §3.10", "kid a number", TokenRefusal.Malformed, draft => draft.Header["kid"] = 1),
        new("RFC 8725 §3.10", "kid absent where one key fits", null, draft => draft.Header.Remove("kid")),
        new("RFC 8725 §2.9, §3.10", "stranger's key embedded as jwk", TokenRefusal.SignatureInvalid, EmbedJwk),
        new("RFC 8725 §2.9, §3.10", "jku of a stranger", TokenRefusal.SignatureInvalid,
            draft => SignedByStranger(draft, "jku", "https://evil.test/keys")),
        new("RFC 8725 §2.9, §3.10", "x5u of a stranger", TokenRefusal.SignatureInvalid,
            draft => SignedByStranger(draft, "x5u", "https://evil.test/cert")),
        new("RFC 8725 §2.9, §3.10", "x5c of a stranger", TokenRefusal.SignatureInvalid,
            draft => SignedByStranger(draft, "x5c", new JsonArray("MIIB"))),
        new("RFC 8725 §3.10", "jku beside the real signature is not looked at", null, draft => draft.Header["jku"] = "https://evil.test/keys"),
    ];

    private static IEnumerable<ForgedToken> Shapes() =>
    [
        new("RFC 8725 §2.4, §3.6", "compressed claims (zip)", TokenRefusal.HeaderNotAllowed, draft => draft.Header["zip"] = "DEF"),
        new("RFC 8725 §2.3", "encrypted (enc)", TokenRefusal.HeaderNotAllowed, draft => draft.Header["enc"] = "A256GCM"),
        new("RFC 8725 §2.5", "key agreement on a curve (alg ECDH-ES)", TokenRefusal.AlgorithmNotAllowed, draft => draft.Header["alg"] = "ECDH-ES"),
        new("RFC 8725 §2.3", "five parts, as of a JWE", TokenRefusal.Malformed, draft => draft.Afterwards = token => token + ".AAAA.AAAA"),
        new("RFC 7515 §3.1", "two parts", TokenRefusal.Malformed, draft => draft.Afterwards = token => token[(token.IndexOf('.') + 1)..]),
        new("RFC 7515 §3.1", "JSON serialization", TokenRefusal.Malformed, draft => draft.Afterwards = JsonSerialization),
        new("RFC 7515 §2", "padding after the header", TokenRefusal.Malformed,
            draft => draft.Afterwards = token => token.Insert(token.IndexOf('.'), "=")),
        new("RFC 7515 §2", "padding after the signature", TokenRefusal.Malformed, draft => draft.Afterwards = token => token + "=="),
        new("RFC 7515 §2", "trailing bits of the signature changed", TokenRefusal.Malformed, draft => draft.Afterwards = ChangeTrailingBits),
        new("RFC 7515 §2", "base64 with + and /", TokenRefusal.Malformed, draft => draft.Afterwards = token => token[..^2] + "+/"),
        new("RFC 7515 §2", "line break in the claims", TokenRefusal.Malformed,
            draft => draft.Afterwards = token => token.Insert(token.IndexOf('.') + 5, "\n")),
        new("RFC 7515 §2", "space at the end", TokenRefusal.Malformed, draft => draft.Afterwards = token => token + " "),
        new("RFC 7515 §2", "letter outside ASCII", TokenRefusal.Malformed, draft => draft.Afterwards = token => token + "é"),
        new("RFC 7515 §2", "empty header", TokenRefusal.Malformed, draft => draft.Afterwards = token => token[token.IndexOf('.')..]),
        new("RFC 7515 §2", "empty claims", TokenRefusal.Malformed, draft => draft.RawClaims = ""),
        new("RFC 8725 §2.6, §3.7", "claims not in UTF-8", TokenRefusal.Malformed,
            draft => draft.Afterwards =
                token => ReplaceClaims(draft, token,
                    Encoding.Latin1.GetBytes(draft.Claims.ToJsonString().Replace("alice", "\u00e9", StringComparison.Ordinal)))),
        new("RFC 8725 §2.6, §3.7", "claims in UTF-16", TokenRefusal.Malformed,
            draft => draft.Afterwards = token => ReplaceClaims(draft, token, Encoding.Unicode.GetBytes(draft.Claims.ToJsonString()))),
        new("RFC 8725 §2.6, §3.7", "byte order mark before the claims", TokenRefusal.Malformed,
            draft => draft.RawClaims = "\uFEFF" + draft.Claims.ToJsonString()),
        new("RFC 8725 §3.7", "half a surrogate pair in a claim", TokenRefusal.Malformed,
            draft => draft.RawClaims = With(draft.Claims, "\"name\":\"\\ud800\"")),
        new("RFC 7519 §4", "claims an array", TokenRefusal.Malformed, draft => draft.RawClaims = $"[{draft.Claims.ToJsonString()}]"),
        new("RFC 7519 §4", "text after the claims", TokenRefusal.Malformed, draft => draft.RawClaims = draft.Claims.ToJsonString() + "{}"),
        new("RFC 7519 §4", "comment in the claims", TokenRefusal.Malformed, draft => draft.RawClaims = draft.Claims.ToJsonString() + "/**/"),
        new("RFC 7519 §4", "trailing comma in the claims", TokenRefusal.Malformed,
            draft => draft.RawClaims = draft.Claims.ToJsonString()[..^1] + ",}"),
        new("RFC 7519 §4", "nested deeper than the limit", TokenRefusal.Malformed,
            draft => draft.RawClaims = With(draft.Claims, $"\"deep\":{new string('[', 20)}{new string(']', 20)}")),
        new("RFC 7519 §4", "sub twice", TokenRefusal.DuplicateMember, draft => draft.RawClaims = With(draft.Claims, "\"sub\":\"root\"")),
        new("RFC 7519 §4", "sub twice, once escaped", TokenRefusal.DuplicateMember,
            draft => draft.RawClaims = With(draft.Claims, "\"s\\u0075b\":\"root\"")),
        new("RFC 7519 §4", "name twice in a nested claim", TokenRefusal.DuplicateMember,
            draft => draft.RawClaims = With(draft.Claims, "\"act\":{\"sub\":\"a\",\"sub\":\"b\"}")),
        new("RFC 7515 §4", "alg twice", TokenRefusal.DuplicateMember, draft => draft.RawHeader = With(draft.Header, "\"alg\":\"none\"")),
        new("RFC 7515 §4", "kid twice", TokenRefusal.DuplicateMember, draft => draft.RawHeader = With(draft.Header, "\"kid\":\"es-3\"")),
        new("size", "longer than the limit", TokenRefusal.TooLarge, draft => draft.Claims["pad"] = new string('a', BearerCredential.MaxTokenLength)),
    ];

    private static IEnumerable<ForgedToken> Headers() =>
    [
        new("RFC 7515 §4.1.11", "crit with an unknown extension", TokenRefusal.CritUnsupported,
            draft => draft.Header["crit"] = new JsonArray("exp2")),
        new("RFC 7515 §4.1.11", "crit empty", TokenRefusal.CritUnsupported, draft => draft.Header["crit"] = new JsonArray()),
        new("RFC 7515 §4.1.11", "crit null", TokenRefusal.CritUnsupported, draft => draft.RawHeader = With(draft.Header, "\"crit\":null")),
        new("RFC 7797", "b64 false", TokenRefusal.CritUnsupported, draft => draft.Header["b64"] = false),
        new("RFC 7797", "b64 true", TokenRefusal.CritUnsupported, draft => draft.Header["b64"] = true),
        new("RFC 8725 §2.3, §3.3", "nested token (cty JWT)", TokenRefusal.HeaderNotAllowed, draft => draft.Header["cty"] = "JWT"),
        new("RFC 8725 §2.3, §3.3", "nested token as claims", TokenRefusal.Malformed, draft => draft.RawClaims = draft.Write()),
    ];

    private static IEnumerable<ForgedToken> Types() =>
    [
        new("RFC 8725 §2.8, §3.11", "typ absent", TokenRefusal.TypeMismatch, draft => draft.Header.Remove("typ")),
        new("RFC 8725 §2.8, §3.11", "typ JWT", TokenRefusal.TypeMismatch, draft => draft.Header["typ"] = "JWT"),
        new("RFC 8725 §2.8, §3.11", "typ of a logout token", TokenRefusal.TypeMismatch, draft => draft.Header["typ"] = "logout+jwt"),
        new("RFC 8725 §2.8, §3.11", "typ of a DPoP proof", TokenRefusal.TypeMismatch, draft => draft.Header["typ"] = "dpop+jwt"),
        new("RFC 8725 §3.11", "typ an object", TokenRefusal.Malformed, draft => draft.Header["typ"] = new JsonObject()),
        new("RFC 9068 §4", "typ as a full media type", null, draft => draft.Header["typ"] = "application/at+jwt"),
        new("RFC 7515 §4.1.9", "typ in upper case", null, draft => draft.Header["typ"] = "AT+JWT"),
        new("compatibility", "typ JWT where accepted", null, draft => draft.Header["typ"] = "JWT") { AcceptsPlainJwt = true },
        new("compatibility", "typ absent where JWT is accepted", TokenRefusal.TypeMismatch, draft => draft.Header.Remove("typ"))
            { AcceptsPlainJwt = true },
        .. new[] { "nonce", "at_hash", "c_hash", "s_hash" }.Select(claim =>
            new ForgedToken("RFC 8725 §2.8, §3.12", $"ID token ({claim}) where JWT is accepted", TokenRefusal.TypeMismatch,
                draft => draft.Claims[claim] = "x") { AcceptsPlainJwt = true }),
        new("RFC 8725 §3.12", "ID token for the client itself where JWT is accepted", TokenRefusal.AudienceMismatch,
            draft => draft.Claims["aud"] = "cli") { AcceptsPlainJwt = true },
        new("RFC 8725 §3.12", "logout token (events) where JWT is accepted", TokenRefusal.TypeMismatch,
            draft => draft.Claims["events"] = new JsonObject()) { AcceptsPlainJwt = true },
        new("RFC 8725 §3.12", "refresh token (typ claim) where JWT is accepted", TokenRefusal.TypeMismatch, draft => draft.Claims["typ"] = "Refresh")
            { AcceptsPlainJwt = true },
        new("RFC 9449 §7.2", "bound to the sender's key", TokenRefusal.SenderConstrained,
            draft => draft.Claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
    ];

    private static IEnumerable<ForgedToken> Audiences() =>
    [
        new("RFC 8725 §2.7, §3.9", "ours among other audiences",
            null, draft => draft.Claims["aud"] = new JsonArray("https://other.example", ValidatorBench.Resource)),
        new("RFC 8725 §2.7, §3.9", "only other audiences", TokenRefusal.AudienceMismatch,
            draft => draft.Claims["aud"] = new JsonArray("https://other.example", "https://gateway.example")),
        new("RFC 8725 §3.9", "aud an empty list", TokenRefusal.AudienceMissing, draft => draft.Claims["aud"] = new JsonArray()),
        new("RFC 8725 §3.9", "aud an empty text", TokenRefusal.AudienceMissing, draft => draft.Claims["aud"] = ""),
        new("RFC 8725 §3.9", "aud a number", TokenRefusal.ClaimMalformed, draft => draft.Claims["aud"] = 1),
        new("RFC 8725 §3.9", "aud null", TokenRefusal.ClaimMalformed, draft => draft.Claims["aud"] = null),
        new("RFC 8725 §3.9", "aud an object", TokenRefusal.ClaimMalformed,
            draft => draft.Claims["aud"] = new JsonObject { ["0"] = ValidatorBench.Resource }),
        new("RFC 8725 §3.9", "aud with a number in the list", TokenRefusal.ClaimMalformed,
            draft => draft.Claims["aud"] = new JsonArray(ValidatorBench.Resource, 1)),
        new("RFC 8725 §3.9", "aud with a space behind", TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = ValidatorBench.Resource + " "),
        new("RFC 8725 §3.9", "aud a prefix of ours", TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = "https://gateway.example/m"),
        new("RFC 8725 §3.9", "aud with more than the most elements", TokenRefusal.ClaimMalformed,
            draft => draft.Claims["aud"] =
                new JsonArray([.. Enumerable.Repeat(ValidatorBench.Resource, ClaimSet.MaxItems + 1).Select(_ => JsonValue.Create("u"))])),
    ];

    private static IEnumerable<ForgedToken> Times() =>
    [
        new("RFC 9068 §2.2", "exp absent", TokenRefusal.ExpiryMissing, draft => draft.Claims.Remove("exp")),
        new("RFC 7519 §4.1.4", "exp a text", TokenRefusal.ClaimMalformed, draft => draft.Claims["exp"] = "1767226000"),
        new("RFC 7519 §4.1.4", "exp with a fraction", TokenRefusal.ClaimMalformed, draft => draft.Claims["exp"] = Seconds(draft, "exp") + 0.5),
        new("RFC 7519 §4.1.4", "exp with an exponent too large", TokenRefusal.ClaimMalformed,
            draft => draft.RawClaims = Replace(draft, "exp", "1e400")),
        new("RFC 7519 §4.1.4", "exp beyond 64 bits", TokenRefusal.ClaimMalformed,
            draft => draft.RawClaims = Replace(draft, "exp", "99999999999999999999")),
        new("RFC 7519 §4.1.4", "exp beyond year 9999", TokenRefusal.ClaimMalformed, draft => draft.RawClaims = Replace(draft, "exp", "253402300800")),
        new("RFC 7519 §4.1.4", "exp negative", TokenRefusal.ClaimMalformed, draft => draft.Claims["exp"] = -1),
        new("RFC 7519 §4.1.4", "exp null", TokenRefusal.ClaimMalformed, draft => draft.Claims["exp"] = null),
        new("RFC 7519 §4.1.4", "exp in milliseconds", TokenRefusal.ClaimMalformed, draft => draft.Claims["exp"] = Seconds(draft, "exp") * 1000),
        new("lifetime", "exp a year ahead", TokenRefusal.LifetimeTooLong, draft => Shift(draft, "exp", 365 * 86400)),
        new("lifetime", "exp a year ahead, iat absent", TokenRefusal.LifetimeTooLong,
            draft => { Shift(draft, "exp", 365 * 86400); draft.Claims.Remove("iat"); }),
        new("RFC 7519 §4.1.4", "exp within the skew", null, draft => Shift(draft, "exp", -300 - 59)),
        new("RFC 7519 §4.1.4", "exp at the end of the skew", TokenRefusal.Expired, draft => Shift(draft, "exp", -300 - 60)),
        new("RFC 7519 §4.1.5", "nbf after exp, both within the skew", TokenRefusal.NotYetValid, draft =>
        {
            Shift(draft, "exp", -300 - 59);
            draft.Claims["nbf"] = Seconds(draft, "iat") + 59;
        }),
        new("RFC 7519 §4.1.5", "nbf within the skew", null, draft => draft.Claims["nbf"] = Seconds(draft, "iat") + 60),
        new("RFC 7519 §4.1.5", "nbf a text", TokenRefusal.ClaimMalformed, draft => draft.Claims["nbf"] = "0"),
        new("RFC 7519 §4.1.6", "iat ahead beyond the skew", TokenRefusal.IssuedInFuture, draft => Shift(draft, "iat", 61)),
        new("RFC 7519 §4.1.6", "iat within the skew", null, draft => Shift(draft, "iat", 60)),
        new("RFC 7519 §4.1.6", "iat a boolean", TokenRefusal.ClaimMalformed, draft => draft.Claims["iat"] = true),
    ];

    private static IEnumerable<ForgedToken> OtherClaims() =>
    [
        new("RFC 8725 §2.7, §3.8", "iss with a slash at the end", TokenRefusal.IssuerMismatch,
            draft => draft.Claims["iss"] = ValidatorBench.Issuer + "/"),
        new("RFC 8725 §2.7, §3.8", "iss in another case", TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = "https://LOGIN.example/tenant"),
        new("RFC 8725 §2.7, §3.8", "iss over http", TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = "http://login.example/tenant"),
        new("RFC 8725 §3.8", "iss absent", TokenRefusal.IssuerMismatch, draft => draft.Claims.Remove("iss")),
        new("RFC 8725 §3.8", "iss a list", TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = new JsonArray(ValidatorBench.Issuer)),
        new("RFC 8725 §3.8", "sub absent", TokenRefusal.SubjectMissing, draft => draft.Claims.Remove("sub")),
        new("RFC 8725 §3.8", "sub empty", TokenRefusal.SubjectMissing, draft => draft.Claims["sub"] = ""),
        new("RFC 8725 §3.8", "sub blank", TokenRefusal.SubjectMissing, draft => draft.Claims["sub"] = "  "),
        new("RFC 8725 §3.8", "sub a number", TokenRefusal.ClaimMalformed, draft => draft.Claims["sub"] = 0),
        new("RFC 9068 §2.2.3", "groups an object", TokenRefusal.ClaimMalformed, draft => draft.Claims["groups"] = new JsonObject()),
        new("RFC 9068 §2.2.3", "roles with a number", TokenRefusal.ClaimMalformed, draft => draft.Claims["roles"] = new JsonArray("admin", 1)),
        new("RFC 8693 §4.2", "scope a list", TokenRefusal.ClaimMalformed, draft => draft.Claims["scope"] = new JsonArray("mcp:read")),
        new("RFC 8693 §4.3", "client_id a number", TokenRefusal.ClaimMalformed, draft => draft.Claims["client_id"] = 7),
        new("RFC 7519 §4.1.7", "jti a number", TokenRefusal.ClaimMalformed, draft => draft.Claims["jti"] = 7),
    ];

    private static void Unsigned(TokenDraft draft, string algorithm)
    {
        draft.Header["alg"] = algorithm;
        draft.Signer = _ => [];
    }

    private static void HmacWithPublicKey(TokenDraft draft, string algorithm) => Hmac(draft, algorithm, draft.Key.PublicKeyPem());

    private static void Hmac(TokenDraft draft, string algorithm, byte[] secret)
    {
        draft.Header["alg"] = algorithm;
        draft.Signer = input => algorithm switch
        {
            "HS256" => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)),
            "HS384" => HMACSHA384.HashData(secret, Encoding.ASCII.GetBytes(input)),
            _ => HMACSHA512.HashData(secret, Encoding.ASCII.GetBytes(input)),
        };
    }

    private static void EmbedJwk(TokenDraft draft) => SignedByStranger(draft, "jwk", Stranger.PublicJwk());

    private static void SignedByStranger(TokenDraft draft, string member, JsonNode value)
    {
        draft.Header[member] = value.DeepClone();
        draft.Signer = Stranger.Sign;
    }

    private static string SwapClaims(string token, TokenDraft draft)
    {
        var claims = (JsonObject)draft.Claims.DeepClone();
        claims["sub"] = "root";
        var parts = token.Split('.');
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    }

    private static string SwapHeader(string token, TokenDraft draft)
    {
        var header = (JsonObject)draft.Header.DeepClone();
        header["x"] = "y";
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString())) + token[token.IndexOf('.')..];
    }

    private static string ReplaceClaims(TokenDraft draft, string token, byte[] claims)
    {
        var input = $"{token.Split('.')[0]}.{Base64Url.EncodeToString(claims)}";
        return $"{input}.{Base64Url.EncodeToString(draft.Key.Sign(input))}";
    }

    private static string JsonSerialization(string token)
    {
        var parts = token.Split('.');
        return new JsonObject { ["protected"] = parts[0], ["payload"] = parts[1], ["signature"] = parts[2] }.ToJsonString();
    }

    /// <summary>64 bytes end in a group of one byte: the last character carries four bits that no byte uses.</summary>
    private static string ChangeTrailingBits(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1];
    }

    private static string With(JsonObject members, string more) => $"{members.ToJsonString()[..^1]},{more}}}";

    private static string Replace(TokenDraft draft, string claim, string number)
    {
        var others = (JsonObject)draft.Claims.DeepClone();
        others.Remove(claim);
        return With(others, $"\"{claim}\":{number}");
    }

    private static long Seconds(TokenDraft draft, string claim) => draft.Claims[claim]!.GetValue<long>();

    private static void Shift(TokenDraft draft, string claim, long seconds) => draft.Claims[claim] = Seconds(draft, claim) + seconds;
}
