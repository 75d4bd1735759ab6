using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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
/// merely odd stops no other question.
/// </para>
/// </remarks>
public sealed class TokenIntrospector
{
    /// <summary>The time for which a bad answer serves.</summary>
    public static readonly TimeSpan RefusalLife = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a failure, without any request.</summary>
    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>The beginning of the text that the gateway asks about by itself. It has the form of a token, and is none.</summary>
    internal const string CheckPrefix = "gatehouse-check-";

    private const int Ok = 200;
    private const int BadRequest = 400;
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
    private readonly IFormPoster transport;
    private readonly IssuerDocuments documents;
    private readonly IntrospectionOutage outage;
    private readonly TimeProvider time;
    private readonly bool allowLoopbackHttp;
    private readonly byte[] check = Encoding.ASCII.GetBytes(CheckPrefix + RandomNumberGenerator.GetHexString(32, lowercase: true));
    private volatile Uri? endpoint;
    private volatile bool mayHaveMoved; // the endpoint that the metadata named
    private volatile string? lastFault;
    private long? pausedAt; // a time stamp, and not the time of day, as that may be set back
    private long? newcomersPausedAt;
    private long? foundAt; // the endpoint, in the metadata

    /// <summary>Makes an introspector. Nothing is requested yet.</summary>
    /// <param name="profile">The issuer's profile, without faults.</param>
    /// <param name="options">The settings of the requests.</param>
    /// <param name="transport">The transport of the requests.</param>
    /// <param name="fetcher">Fetches the metadata where the endpoint is not configured.</param>
    /// <param name="metadataUri">The address of the metadata as configured, or null for the usual one.</param>
    /// <param name="time">The clock.</param>
    public TokenIntrospector(
        IssuerProfile profile, IntrospectionOptions options, IFormPoster transport, IMetadataFetcher fetcher, Uri? metadataUri,
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
        outage = new IntrospectionOutage(time, options.ReportOutage, CheckAsync);
        allowLoopbackHttp = IssuerUri.IsLoopbackHttp(new Uri(profile.Issuer));
        endpoint = options.Endpoint;
        answers = new ClockCache<IntrospectionResponse>(options.CacheEntries, options.CallerShare);
        goodBefore = new ClockCache<GoodToken>(options.CacheEntries, options.CallerShare);
        provoked = new ProvokedBudget(options.ProvokedPerMinute, options.CallerShare, time.GetUtcNow());
    }

    /// <summary>The cause of the last failure, only for the operator; null after a success.</summary>
    public string? LastFault => lastFault;

    /// <summary>
    /// The reason why the issuer answers no questions about tokens; null where it does. An answer that does not say whether the token is active is
    /// none, whatever its status, unless the status is about the token.
    /// </summary>
    public string? Outage => outage.Cause;

    /// <summary>
    /// Takes over the outage of an introspector of the same issuer with other settings, and shares it from then on: its end is reported, whichever of
    /// the two finds it.
    /// </summary>
    /// <param name="earlier">The introspector of the earlier settings.</param>
    internal void ShareOutage(TokenIntrospector earlier)
    {
        outage.Share(earlier.outage);
    }

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

    private async Task RunAsync(Question question, byte[] token)
    {
        var outcome = new Outcome(Unavailable(), null, IsAboutTheToken: true);
        var isOfACaller = false;
        try
        {
            outcome = await AskAsync(question, token).ConfigureAwait(false);
            isOfACaller = question.Caller is not null || outcome.Answer.Verification is not null;
            if (isOfACaller && !outcome.IsAboutTheToken)
                outage.NoteOfACaller(outcome.Fault);
        }
        finally
        {
            End(question, outcome.Answer.Verification is not null);
            question.Completion.SetResult(outcome.Answer);
        }

        if (!isOfACaller && !outcome.IsAboutTheToken) // after the answer, which does not wait for a check
            await outage.NoteOfAStrangerAsync(outcome.Fault).ConfigureAwait(false);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a question throws, the token is refused and the next try is later.")]
    private async Task<Outcome> AskAsync(Question question, byte[] token)
    {
        try
        {
            var document = await FetchInTimeAsync(token).ConfigureAwait(false);
            var answer = Judge(document, question);
            Remember(question, answer);
            return new Outcome(answer, null, IsAboutTheToken(document));
        }
        catch (Exception fault)
        {
            lastFault = CauseOf(fault);
            if (fault is not UnexpectedResponseException)
                Pause(question);
            if (question.Caller is not null || outage.Cause is not null)
                FindAgain();
            return new Outcome(Unavailable(), lastFault, IsAboutTheToken: false);
        }
    }

    // Returns the fault; null where the issuer answers questions. Its status may be about the text, which is no token.
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a question throws is the cause of an outage.")]
    private async Task<string?> CheckAsync()
    {
        try
        {
            var document = await FetchInTimeAsync(check).ConfigureAwait(false);
            if (!IsAboutTheToken(document))
                Read(document);
            return null;
        }
        catch (Exception fault)
        {
            FindAgain();
            return CauseOf(fault);
        }
    }

    private static string CauseOf(Exception fault) =>
        fault is FormatException or IssuerUnavailableException or UnexpectedResponseException ? fault.Message.TrimEnd('.') : FetchFault.Of(fault);

    // The endpoint may have moved. The pause bounds the requests for the metadata. What a stranger's text met is a reason for one only in an outage.
    // The threat: texts that the issuer answers with faults make the gateway fetch metadata all the time.
    private void FindAgain()
    {
        lock (gate)
        {
            if (foundAt is { } at && time.GetElapsedTime(at) >= IntrospectionOutage.CheckPause)
                mayHaveMoved = true;
        }
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

    // The caller may go away; the answer belongs to everyone, so only its own time limit ends the question.
    private async Task<FetchedDocument> FetchInTimeAsync(byte[] token)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        return await FetchAsync(token, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
    }

    private async Task<FetchedDocument> FetchAsync(byte[] token, CancellationToken cancellationToken)
    {
        var endpoint = await EndpointAsync(cancellationToken).ConfigureAwait(false);
        var text = new StringBuilder("token=").Append(FormText.Encode(Encoding.ASCII.GetString(token))).Append("&token_type_hint=access_token");
        using var basic = options.Client.Authenticate(text, null);
        var form = Encoding.ASCII.GetBytes(text.ToString());
        var document = await transport.PostAsync(endpoint, form, basic, options.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        Array.Clear(form);
        return document.StatusCode is TooManyRequests or >= ServerError
            ? throw new IssuerUnavailableException($"The introspection endpoint answered with status {document.StatusCode}.")
            : document;
    }

    private IntrospectionResponse Judge(FetchedDocument document, Question question)
    {
        if (IsAboutTheToken(document))
        {
            lastFault = $"The introspection endpoint answered with status {document.StatusCode}.";
            return new IntrospectionResponse(null, TokenRefusal.NotActive, time.GetUtcNow() + RefusalLife);
        }

        var claims = Read(document);
        var answer = Judge(claims, question.Issuer, question.Hash);
        lastFault = null;
        return answer;
    }

    // RFC 7662 §2.2: every answer says whether the token is active. Any other is a fault of the issuer, of a proxy before it or of the configuration.
    private static JsonElement Read(FetchedDocument document)
    {
        if (RefusesTheGateway(document))
        {
            throw new UnexpectedResponseException(
                $"The introspection endpoint refuses the gateway's client id or secret (status {document.StatusCode})");
        }

        if (document.StatusCode != Ok)
            throw new UnexpectedResponseException($"The introspection endpoint answered with status {document.StatusCode}.");
        if (StrictJson.Parse(document.Body, out var claims) is not StrictJsonFault.None)
            throw new UnexpectedResponseException("The introspection endpoint's answer is not strict JSON.");
        return IsActive(claims) is null
            ? throw new UnexpectedResponseException("The introspection endpoint's answer does not say whether the token is active.")
            : claims;
    }

    private static bool? IsActive(JsonElement claims) =>
        claims.TryGetProperty("active", out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? active.GetBoolean() : null;

    // RFC 7662 §2.3, RFC 6749 §5.2: the credential is refused with status 401, and by some providers with status 400.
    private static bool RefusesTheGateway(FetchedDocument document) =>
        document.StatusCode == Unauthorized
        || (document.StatusCode == BadRequest && StrictJson.Parse(document.Body, out var error) is StrictJsonFault.None
            && error.TryGetProperty("error", out var code) && code.ValueKind == JsonValueKind.String && code.GetString() is "invalid_client" or "unauthorized_client");

    // The request is the same but for the token, so these statuses are about it. All others may be about the gateway's own credential or address.
    private static bool IsAboutTheToken(FetchedDocument document) =>
        document.StatusCode is BadRequest or 413 or 414 or 422 or 431 && !RefusesTheGateway(document);

    // The threat: an endpoint that works is forgotten after a fault, and no caller is let in while the metadata cannot be fetched. So one question
    // looks for another endpoint, and the known one serves until the metadata name another, or none.
    private async Task<Uri> EndpointAsync(CancellationToken cancellationToken)
    {
        var known = endpoint;
        lock (gate)
        {
            if (known is not null && !mayHaveMoved) return known;
            mayHaveMoved = false;
            foundAt = time.GetTimestamp();
        }

        JsonElement metadata;
        try
        {
            metadata = await documents.FetchMetadataAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (known is not null && !cancellationToken.IsCancellationRequested)
        {
            return known;
        }

        var found = endpoint = EndpointOf(metadata);
        lock (gate) (foundAt, mayHaveMoved) = (time.GetTimestamp(), false);
        return found ?? throw new FormatException("The issuer's metadata name no introspection_endpoint with https.");
    }

    private Uri? EndpointOf(JsonElement metadata) =>
        metadata.TryGetProperty("introspection_endpoint", out var value) && value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var found) && IssuerUri.IsFetchable(found, allowLoopbackHttp) ? found : null;

    private IntrospectionResponse Judge(JsonElement claims, TrustedIssuer issuer, TokenHash hash)
    {
        var now = time.GetUtcNow();
        if (IsActive(claims) is not true)
            return new IntrospectionResponse(null, TokenRefusal.NotActive, now + RefusalLife);
        var result = ClaimRules.JudgeIntrospected(claims, issuer.Profile, hash, now);
        return result.IsVerified
            ? new IntrospectionResponse(new CachedVerification(result.Token, issuer, 0), null,
            Earlier(now + options.CacheLife, result.Token.ExpiresAt))
            : new IntrospectionResponse(null, result.Refusal, now + RefusalLife);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>The outcome of one question. Without a fault the issuer answers questions, unless its status is about the token.</summary>
    private sealed record Outcome(IntrospectionResponse Answer, string? Fault, bool IsAboutTheToken);

    /// <summary>The owner of a token when it was good.</summary>
    private sealed record GoodToken(CallerPartition Caller, DateTimeOffset Until);

    /// <summary>One question, for all who wait for its answer. The caller is that of a token that was good before, otherwise null.</summary>
    private sealed record Question(TokenHash Hash, TrustedIssuer Issuer, CallerPartition Peer, CallerPartition? Caller)
    {
        public TaskCompletionSource<IntrospectionResponse> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
