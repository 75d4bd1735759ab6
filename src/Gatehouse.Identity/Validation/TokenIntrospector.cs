using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// Introspection of tokens that only the issuer can read (RFC 7662). Answers are remembered for a while, and one request serves all who wait for the
/// same answer. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Threat: a token of one issuer shown to another. Only a token that cannot be a JWT comes here, and only one issuer is asked.
/// A token about which no issuer can be asked is refused: an outage lets no caller in.
/// <para>
/// Threat: strangers send invented tokens until the questions of callers find no place or no patience (CWE-770). A token that was good
/// before has kept places, no budget, and a pause of its own: only a fault that met such a question stops such questions. All others
/// share the rest, by address block. A caller has a part of the places however many good tokens that caller was issued. An answer that is
/// merely odd concerns the token it was given for.
/// </para>
/// </remarks>
public sealed class TokenIntrospector
{
    /// <summary>The time for which a bad answer serves.</summary>
    public static readonly TimeSpan RefusalLife = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a failure, without any request.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private const int Ok = 200;
    private const int Unauthorized = 401;
    private const int TooManyRequests = 429;
    private const int ServerError = 500;

    private readonly Lock gate = new();
    private readonly PartitionedBudget newcomers = new();
    private readonly PartitionedBudget callers = new();
    private readonly ProvokedBudget provoked;
    private readonly ClockCache<GoodToken> goodBefore;
    private readonly Dictionary<TokenHash, Task<IntrospectionResponse>> pending = [];
    private readonly ClockCache<IntrospectionResponse> answers;
    private readonly IntrospectionOptions options;
    private readonly IIntrospectionTransport transport;
    private readonly IssuerDocuments documents;
    private readonly OutageReporter outages;
    private readonly TimeProvider time;
    private readonly bool allowLoopbackHttp;
    private volatile Uri? endpoint;
    private volatile string? lastFault;
    private long? pausedAt; // a time stamp, and not the time of day, as that may be set back
    private long? newcomersPausedAt;

    /// <summary>Makes an introspector. Nothing is requested yet.</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    /// <param name="options">The settings of the requests.</param>
    /// <param name="transport">The transport of the requests.</param>
    /// <param name="fetcher">Fetches the metadata where the endpoint is not configured.</param>
    /// <param name="metadataUri">The address of the metadata as configured, or null for the usual one.</param>
    /// <param name="time">The clock.</param>
    public TokenIntrospector(
        IssuerProfile profile, IntrospectionOptions options, IIntrospectionTransport transport, IMetadataFetcher fetcher, Uri? metadataUri,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(fetcher);
        ArgumentNullException.ThrowIfNull(time);
        this.options = options;
        this.transport = transport;
        documents = new IssuerDocuments(profile.Issuer, fetcher, IssuerMetadata.Options(profile, metadataUri));
        this.time = time;
        outages = new OutageReporter(time, options.ReportOutage);
        allowLoopbackHttp = IssuerUri.IsLoopbackHttp(new Uri(profile.Issuer));
        endpoint = options.Endpoint;
        answers = new ClockCache<IntrospectionResponse>(options.CacheEntries, options.CallerShare);
        goodBefore = new ClockCache<GoodToken>(options.CacheEntries, options.CallerShare);
        provoked = new ProvokedBudget(options.ProvokedPerMinute, options.CallerShare, time.GetUtcNow());
    }

    /// <summary>The cause of the last failure, only for the operator; null after a success.</summary>
    public string? LastFault => lastFault;

    /// <summary>
    /// The reason why the issuer did not answer the last question; null where it did. A refusal of the gateway's credential does not count as an
    /// answer, because no token can be judged then. An odd answer about one token does: any client can send a token that the issuer answers oddly.
    /// </summary>
    public string? Outage => outages.Cause;

    /// <summary>The number of answers that are remembered.</summary>
    public int Count => answers.Count;

    /// <summary>Removes answers for which the issuer would have to be asked again anyway, and the owners of tokens that have expired.</summary>
    /// <param name="now">The moment by which this is judged.</param>
    public void Sweep(DateTimeOffset now)
    {
        answers.RemoveWhere(answer => answer.Until <= now);
        goodBefore.RemoveWhere(token => token.Until <= now);
    }

    /// <summary>
    /// Returns whether a token could be a signed or encrypted JWT. Such a token is never shown to an issuer, whatever is wrong with it.
    /// </summary>
    internal static bool IsJwt(ReadOnlySpan<char> token)
    {
        // Three parts when signed, five when encrypted; the header is a JSON object (RFC 7515 §7.1; RFC 7516 §7.1).
        if (token.Count('.') is not (2 or 4))
            return false;
        var header = token[..token.IndexOf('.')];
        var bytes = new byte[header.Length];
        return Base64Url.TryDecodeFromChars(header, bytes, out var length) && bytes.AsSpan(0, length).TrimStart(" \t\r\n"u8).StartsWith((byte)'{');
    }

    /// <summary>Returns the known answer for a token without a request.</summary>
    internal IntrospectionResponse? Find(TokenHash hash) =>
        answers.TryGet(hash, out var answer) && time.GetUtcNow() < answer.Until ? answer : null;

    /// <summary>Sends a question, or joins the one that is under way.</summary>
    internal Task<IntrospectionResponse> AskAsync(byte[] token, TokenHash hash, TrustedIssuer issuer, CallerPartition peer)
    {
        var question = new Question(hash, issuer, peer, goodBefore.TryGet(hash, out var known) ? known.Caller : null);
        lock (gate)
        {
            if (this.pending.TryGetValue(hash, out var pending))
                return pending;
            if (!TryBegin(question, time.GetUtcNow()))
                return Task.FromResult(Unavailable());
            this.pending[hash] = question.Completion.Task;
        }

        _ = RunAsync(question, token);
        return question.Completion.Task;
    }

    private static IntrospectionResponse Unavailable() => new(null, TokenRefusal.KeysUnavailable, DateTimeOffset.MinValue);

    private bool TryBegin(Question question, DateTimeOffset now)
    {
        if (IsPaused(pausedAt) || pending.Count >= options.MostAtOnce)
            return false;
        if (question.Caller is { } caller)
            return callers.TryTake(caller, 1, options.MostAtOnce, PartitionedBudget.PartOf(options.MostAtOnce, options.CallerShare()))
                == PartitionedVerdict.Taken;
        var places = options.MostAtOnce - (options.MostAtOnce / 4);
        var each = question.Peer.IsKnown ? Math.Min(places, PartitionedBudget.PartOf(options.MostAtOnce, options.CallerShare())) : places;
        if (IsPaused(newcomersPausedAt) || newcomers.TryTake(question.Peer, 1, places, each) != PartitionedVerdict.Taken)
            return false;
        if (provoked.TryTake(question.Peer, now))
            return true;
        newcomers.Return(question.Peer, 1);
        return false;
    }

    private void End(Question question, bool isGood)
    {
        lock (gate)
        {
            pending.Remove(question.Hash);
            if (question.Caller is { } caller)
            {
                callers.Return(caller, 1);
                return;
            }

            newcomers.Return(question.Peer, 1);
            if (isGood)
                provoked.Return(question.Peer, time.GetUtcNow());
        }
    }

    private bool IsPaused(long? since) => since is { } at && time.GetElapsedTime(at) < FailurePause;

    private void Pause(Question question)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            if (question.Caller is not null)
                pausedAt = now;
            else
                newcomersPausedAt = now;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a question throws, the token is refused and the next try is later.")]
    private async Task RunAsync(Question question, byte[] token)
    {
        var answer = Unavailable();
        try
        {
            // The caller may go away; the answer belongs to everyone, so only its own time limit ends the question.
            using var timeout = new CancellationTokenSource(options.Timeout, time);
            var document = await FetchAsync(token, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
            Note(document.StatusCode);
            answer = Judge(document, question);
            Remember(question, answer);
        }
        catch (UnexpectedResponseException odd)
        {
            lastFault = odd.Message; // only about this token: any client can send one that the issuer or a proxy before it answers oddly
        }
        catch (Exception fault)
        {
            lastFault = fault is FormatException or IssuerUnavailableException ? fault.Message.TrimEnd('.') : FetchFault.Of(fault);
            endpoint = options.Endpoint; // it may have moved
            Pause(question);
            outages.Failed(lastFault);
        }
        finally
        {
            End(question, answer.Verification is not null);
            question.Completion.SetResult(answer);
        }
    }

    // RFC 7662 §2.3: the status about the credential of the one who asks. There is no pause: a firewall before the issuer may answer one odd token
    // so, and questions about others continue.
    private void Note(int status)
    {
        if (status == Unauthorized)
            outages.Failed($"The introspection endpoint refuses the gateway's client id or secret (status {status})");
        else
            outages.Succeeded();
    }

    // A good token is remembered for its caller, any other for the peer that showed it.
    private void Remember(Question question, IntrospectionResponse answer)
    {
        var owner = answer.Verification?.Owner ?? (question.Peer.IsKnown ? question.Peer : null);
        if (answer.Until > time.GetUtcNow())
            answers.Set(question.Hash, answer, owner);
        if (answer.Verification is { } good)
            goodBefore.Set(question.Hash, new GoodToken(good.Owner, good.Token.ExpiresAt), owner);
        else if (goodBefore.TryGet(question.Hash, out var before))
            goodBefore.Remove(question.Hash, before);
    }

    private async Task<FetchedDocument> FetchAsync(byte[] token, CancellationToken cancellationToken)
    {
        var endpoint = this.endpoint ??= await FindEndpointAsync(cancellationToken).ConfigureAwait(false);
        using var basic = Basic();
        var form = Encoding.ASCII.GetBytes($"token={Uri.EscapeDataString(Encoding.ASCII.GetString(token))}&token_type_hint=access_token");
        var document = await transport.PostAsync(endpoint, form, basic, options.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        Array.Clear(form);
        return document.StatusCode is TooManyRequests or >= ServerError
            ? throw new IssuerUnavailableException($"The introspection endpoint answered with status {document.StatusCode}.")
            : document;
    }

    private IntrospectionResponse Judge(FetchedDocument document, Question question)
    {
        if (IsAboutTheToken(document.StatusCode))
        {
            lastFault = $"The introspection endpoint answered with status {document.StatusCode}.";
            return new IntrospectionResponse(null, TokenRefusal.NotActive, time.GetUtcNow() + RefusalLife);
        }

        if (document.StatusCode != Ok)
            throw new UnexpectedResponseException($"The introspection endpoint answered with status {document.StatusCode}.");
        if (StrictJson.Parse(document.Body, out var claims) is not StrictJsonFault.None)
            throw new UnexpectedResponseException("The introspection endpoint's answer is not strict JSON.");
        var answer = Judge(claims, question.Issuer, question.Hash);
        lastFault = null;
        return answer;
    }

    // The request is the same but for the token, so these statuses are about it. A 401, 403 or 404 may be about the gateway's own credential or
    // address.
    private static bool IsAboutTheToken(int status) => status is 400 or 413 or 414 or 422 or 431;

    private async Task<Uri> FindEndpointAsync(CancellationToken cancellationToken)
    {
        var metadata = await documents.FetchMetadataAsync(cancellationToken).ConfigureAwait(false);
        return metadata.TryGetProperty("introspection_endpoint", out var value) && value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var endpoint) && IssuerUri.IsFetchable(endpoint, allowLoopbackHttp)
            ? endpoint
            : throw new FormatException("The issuer's metadata name no introspection_endpoint with https.");
    }

    // RFC 6749 §2.3.1: each half is form-encoded, then both are joined.
    private SecretText Basic()
    {
        var text = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.Secret().Reveal().ToString())}";
        return new SecretText(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
    }

    private IntrospectionResponse Judge(JsonElement claims, TrustedIssuer issuer, TokenHash hash)
    {
        var now = time.GetUtcNow();
        if (!claims.TryGetProperty("active", out var active) || active.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new UnexpectedResponseException("The introspection endpoint's answer does not say whether the token is active.");
        if (active.ValueKind == JsonValueKind.False)
            return new IntrospectionResponse(null, TokenRefusal.NotActive, now + RefusalLife);
        var result = ClaimRules.JudgeIntrospected(claims, issuer.Profile, hash, now);
        return result.IsVerified
            ? new IntrospectionResponse(new CachedVerification(result.Token, issuer, 0), null,
            Earlier(now + options.CacheLife, result.Token.ExpiresAt))
            : new IntrospectionResponse(null, result.Refusal, now + RefusalLife);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>The owner of a token when it was good.</summary>
    private sealed record GoodToken(CallerPartition Caller, DateTimeOffset Until);

    /// <summary>One question, for all who wait for its answer. The caller is that of a token that was good before, otherwise null.</summary>
    private sealed record Question(TokenHash Hash, TrustedIssuer Issuer, CallerPartition Peer, CallerPartition? Caller)
    {
        public TaskCompletionSource<IntrospectionResponse> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
