using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Identity;

/// <summary>
/// Asks an issuer about tokens that only it can read (RFC 7662), remembers the answers for a while, and asks once for all who
/// wait for the same one. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Threat: a token of one issuer shown to another. Only a token that cannot be a JWT comes here, and only one issuer is asked.
/// What cannot be asked is refused: an outage lets nobody in.
/// </remarks>
public sealed class TokenIntrospector
{
    /// <summary>How long a bad answer serves.</summary>
    public static readonly TimeSpan RefusalLife = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a failure, in which nobody asks.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private const int Ok = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<TokenHash, Task<IntrospectionAnswer>> _pending = [];
    private readonly ClockCache<IntrospectionAnswer> _answers;
    private readonly IntrospectionOptions _options;
    private readonly IIntrospectionTransport _transport;
    private readonly IssuerDocuments _documents;
    private readonly TimeProvider _time;
    private readonly bool _allowLoopbackHttp;
    private volatile Uri? _endpoint;
    private volatile string? _lastFault;
    private DateTimeOffset _notBefore;

    /// <summary>Makes an introspector; nothing is asked yet.</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="transport">Asks.</param>
    /// <param name="fetcher">Fetches the metadata where the endpoint is not configured.</param>
    /// <param name="metadataUri">The address of the metadata as configured; null for the usual one.</param>
    /// <param name="time">The clock.</param>
    public TokenIntrospector(
        IssuerProfile profile, IntrospectionOptions options, IIntrospectionTransport transport, IMetadataFetcher fetcher, Uri? metadataUri, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(fetcher);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _transport = transport;
        _documents = new IssuerDocuments(profile.Issuer, fetcher, IssuerMetadata.Options(profile, metadataUri));
        _time = time;
        _allowLoopbackHttp = IssuerUri.IsLoopbackHttp(new Uri(profile.Issuer));
        _endpoint = options.Endpoint;
        _answers = new ClockCache<IntrospectionAnswer>(options.CacheEntries);
    }

    /// <summary>Why the last question failed, for the operator alone; null after a success.</summary>
    public string? LastFault => _lastFault;

    /// <summary>How many answers are remembered.</summary>
    public int Count => _answers.Count;

    /// <summary>Whether a token could be a signed or encrypted JWT: such a one is never shown to an issuer, whatever is wrong with it.</summary>
    internal static bool IsJwt(ReadOnlySpan<char> token)
    {
        // Three parts when signed, five when encrypted; the header is a JSON object (RFC 7515 §7.1; RFC 7516 §7.1).
        if (token.Count('.') is not (2 or 4))
            return false;
        var header = token[..token.IndexOf('.')];
        var bytes = new byte[header.Length];
        return Base64Url.TryDecodeFromChars(header, bytes, out var length) && bytes.AsSpan(0, length).TrimStart(" \t\r\n"u8).StartsWith((byte)'{');
    }

    /// <summary>What is known of a token without asking.</summary>
    internal IntrospectionAnswer? Find(TokenHash hash) =>
        _answers.TryGet(hash, out var answer) && _time.GetUtcNow() < answer.Until ? answer : null;

    /// <summary>Asks, or joins the question that is under way.</summary>
    internal Task<IntrospectionAnswer> AskAsync(byte[] token, TokenHash hash, TrustedIssuer issuer)
    {
        TaskCompletionSource<IntrospectionAnswer> question;
        lock (_lock)
        {
            if (_pending.TryGetValue(hash, out var pending))
                return pending;
            if (_pending.Count >= _options.MostAtOnce || _time.GetUtcNow() < _notBefore)
                return Task.FromResult(Unavailable());
            question = new TaskCompletionSource<IntrospectionAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _pending[hash] = question.Task;
        }

        _ = RunAsync(question, token, hash, issuer);
        return question.Task;
    }

    private static IntrospectionAnswer Unavailable() => new(null, TokenRefusal.KeysUnavailable, DateTimeOffset.MinValue);

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a question throws, the token is refused and the next try is later.")]
    private async Task RunAsync(TaskCompletionSource<IntrospectionAnswer> question, byte[] token, TokenHash hash, TrustedIssuer issuer)
    {
        var answer = Unavailable();
        try
        {
            // The caller may go away; the answer belongs to everyone, so only its own time limit ends the question.
            using var timeout = new CancellationTokenSource(_options.Timeout, _time);
            var claims = await FetchAsync(token, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
            answer = Judge(claims, issuer, hash);
            if (answer.Until > _time.GetUtcNow())
                _answers.Set(hash, answer);
            _lastFault = null;
        }
        catch (Exception fault)
        {
            _lastFault = fault is FormatException ? fault.Message : fault.GetType().Name;
            _endpoint = _options.Endpoint; // it may have moved
            lock (_lock)
                _notBefore = _time.GetUtcNow() + FailurePause;
        }
        finally
        {
            lock (_lock)
                _pending.Remove(hash);
            question.SetResult(answer);
        }
    }

    private async Task<JsonElement> FetchAsync(byte[] token, CancellationToken cancellationToken)
    {
        var endpoint = _endpoint ??= await FindEndpointAsync(cancellationToken).ConfigureAwait(false);
        using var basic = Basic();
        var form = Encoding.ASCII.GetBytes($"token={Uri.EscapeDataString(Encoding.ASCII.GetString(token))}&token_type_hint=access_token");
        var document = await _transport.PostAsync(endpoint, form, basic, _options.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        Array.Clear(form);
        if (document.StatusCode != Ok)
            throw new FormatException($"The introspection endpoint answered with status {document.StatusCode}.");
        return StrictJson.Parse(document.Body, out var claims) is StrictJsonFault.None
            ? claims
            : throw new FormatException("The introspection endpoint's answer is not strict JSON.");
    }

    private async Task<Uri> FindEndpointAsync(CancellationToken cancellationToken)
    {
        var metadata = await _documents.FetchMetadataAsync(cancellationToken).ConfigureAwait(false);
        return metadata.TryGetProperty("introspection_endpoint", out var value) && value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var endpoint) && IssuerUri.IsFetchable(endpoint, _allowLoopbackHttp)
            ? endpoint
            : throw new FormatException("The issuer's metadata name no introspection_endpoint with https.");
    }

    // RFC 6749 §2.3.1: each half is form-encoded, then both are joined.
    private SecretText Basic()
    {
        var text = $"{Uri.EscapeDataString(_options.ClientId)}:{Uri.EscapeDataString(_options.Secret().Reveal().ToString())}";
        return new SecretText(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }

    private IntrospectionAnswer Judge(JsonElement claims, TrustedIssuer issuer, TokenHash hash)
    {
        var now = _time.GetUtcNow();
        if (!claims.TryGetProperty("active", out var active) || active.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new FormatException("The introspection endpoint's answer does not say whether the token is active.");
        if (active.ValueKind == JsonValueKind.False)
            return new IntrospectionAnswer(null, TokenRefusal.NotActive, now + RefusalLife);
        var result = ClaimRules.JudgeIntrospected(claims, issuer.Profile, hash, now);
        return result.IsVerified
            ? new IntrospectionAnswer(new CachedVerification(result.Token, issuer, 0), null, Earlier(now + _options.CacheLife, result.Token.ExpiresAt))
            : new IntrospectionAnswer(null, result.Refusal, now + RefusalLife);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
