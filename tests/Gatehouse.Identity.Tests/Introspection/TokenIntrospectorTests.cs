using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Introspection;

/// <summary>RFC 7662 §2, §4: opaque tokens are judged by what their issuer says, by the rules that hold for JWTs.</summary>
public sealed class TokenIntrospectorTests
{
    private const string Issuer = ValidatorBench.Issuer;
    private const string Opaque = "mF_9.B5f-4.1JqM~x";

    private readonly ManualTimeProvider clock = new();
    private readonly FakeIntrospection endpoint = new();
    private readonly FakeFetcher fetcher = new();
    private readonly InMemoryRevocationList revocations;

    public TokenIntrospectorTests()
    {
        revocations = new InMemoryRevocationList(clock);
        var metadata = JsonNode.Parse(FakeFetcher.Metadata(Issuer, FakeFetcher.KeysUri.AbsoluteUri))!;
        metadata["introspection_endpoint"] = Issuer + "/introspect";
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
    }

    public static TheoryData<string> Rows => new(Answers.Keys);

    private static readonly Dictionary<string, (TokenRefusal? Refusal, Action<JsonObject> Change)> Answers = new(StringComparer.Ordinal)
    {
        ["inactive"] = (TokenRefusal.NotActive, answer => answer["active"] = false),
        ["another issuer"] = (TokenRefusal.IssuerMismatch, answer => answer["iss"] = "https://other.example"),
        ["no issuer"] = (null, answer => answer.Remove("iss")),
        ["another audience"] = (TokenRefusal.AudienceMismatch, answer => answer["aud"] = "https://gateway.example/other"),
        ["no audience"] = (TokenRefusal.AudienceMissing, answer => answer.Remove("aud")),
        ["two audiences"] = (null, answer => answer["aud"] = new JsonArray("https://other.example", ValidatorBench.Resource)),
        ["over"] = (TokenRefusal.Expired, answer => answer["exp"] = 1),
        ["no end"] = (TokenRefusal.ExpiryMissing, answer => answer.Remove("exp")),
        ["no kind"] = (TokenRefusal.TypeMismatch, answer => answer.Remove("token_type")),
        ["a refresh token"] = (TokenRefusal.TypeMismatch, answer => answer["token_type"] = "refresh_token"),
        ["a refresh token of Keycloak's kind"] = (TokenRefusal.TypeMismatch, answer => answer["typ"] = "Refresh"),
        ["kind told by typ alone"] = (null, answer => { answer.Remove("token_type"); answer["typ"] = "Bearer"; }
        ),
        ["kind in lower case"] = (null, answer => answer["token_type"] = "bearer"),
        ["a number for a subject"] = (TokenRefusal.ClaimMalformed, answer => answer["sub"] = 1),
        ["neither subject nor client"] = (TokenRefusal.SubjectMissing, answer => { answer.Remove("sub"); answer.Remove("client_id"); }
        ),
        ["bound to an unknown kind of key"] = (TokenRefusal.SenderConstrained, answer => answer["cnf"] = new JsonObject { ["kid"] = "k" }),
        ["bound to a key"] =
            (TokenRefusal.SenderConstrained, answer => answer["cnf"] = new JsonObject { ["jkt"] = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        ["active as a text"] = (TokenRefusal.KeysUnavailable, answer => answer["active"] = "true"),
        ["active left out"] = (TokenRefusal.KeysUnavailable, answer => answer.Remove("active")),
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Judges_OneChangeOfAGoodAnswer(string row)
    {
        var (refusal, change) = Answers[row];
        var good = Answer();
        endpoint.Tokens["good"] = good;
        var changed = Answer();
        change(changed);
        endpoint.Tokens[Opaque] = changed;
        var validator = Validator();
        Assert.Null((await ValidateAsync(validator, "good")).Refusal);
        Assert.Equal(refusal, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Equal(refusal, (await ValidateAsync(validator, Opaque)).Refusal);
    }

    [Fact]
    public async Task Reads_WhoCalls()
    {
        endpoint.Tokens[Opaque] = Answer();
        var token = (await ValidateAsync(Validator(), Opaque)).Token!;
        Assert.Equal(("alice", "cli", Issuer), (token.Subject, token.ClientId, token.Issuer));
        Assert.Equal(["mcp:read"], token.Scopes);
        Assert.False(token.IsApplication);

        var service = Answer();
        service.Remove("sub");
        endpoint.Tokens["service"] = service;
        token = (await ValidateAsync(Validator(), "service")).Token!;
        Assert.Equal("cli", token.Subject);
        Assert.True(token.IsApplication);
    }

    [Fact]
    public async Task NeverShows_AJwtToTheIssuer()
    {
        var validator = Validator();
        var foreign = new TokenDraft(ValidatorBench.Es256, "https://other.example", ValidatorBench.Resource, clock.GetUtcNow());
        var own = new TokenDraft(TestKey.Es256("unknown"), Issuer, ValidatorBench.Resource, clock.GetUtcNow());
        var spaced = new TokenDraft(ValidatorBench.Es256, "https://other.example", ValidatorBench.Resource, clock.GetUtcNow())
        { RawHeader = " \n{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}" };
        var encrypted = foreign.Write().Split('.')[0] + ".AAAA.AAAA.AAAA.AAAA";
        foreach (var jwt in new[] { foreign.Write(), own.Write(), spaced.Write(), encrypted, foreign.Write()[..^5] })
            Assert.NotNull((await ValidateAsync(validator, jwt)).Refusal);
        Assert.Empty(endpoint.Asked);
    }

    [Fact]
    public async Task Asks_OnceForAllWhoWaitAndForALifeOfTheAnswer()
    {
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var validator = Validator();
        var waiting = Enumerable.Range(0, 20).Select(_ => ValidateAsync(validator, Opaque)).ToList();
        endpoint.Gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.IsVerified));
        Assert.Single(endpoint.Asked);

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Single(endpoint.Asked);
        endpoint.Tokens[Opaque] = new JsonObject { ["active"] = false };
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Equal(2, endpoint.Asked.Count);
        clock.Advance(TokenIntrospector.RefusalLife);
        await ValidateAsync(validator, Opaque);
        Assert.Equal(3, endpoint.Asked.Count);
    }

    [Fact]
    public async Task Remembers_NoAnswerBeyondTheEndOfTheToken()
    {
        var answer = Answer();
        answer["exp"] = clock.GetUtcNow().AddSeconds(5).ToUnixTimeSeconds();
        endpoint.Tokens[Opaque] = answer;
        var validator = Validator(profile => profile with { ClockSkew = TimeSpan.Zero });
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TokenRefusal.Expired, (await ValidateAsync(validator, Opaque)).Refusal);
    }

    [Fact]
    public async Task Judges_RevocationAtEachUseOfARememberedAnswer()
    {
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        revocations.Revoke(new Revocation(RevocationKind.Subject, Issuer, "alice", clock.GetUtcNow(), DateTimeOffset.MaxValue));
        Assert.Equal(TokenRefusal.Revoked, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Single(endpoint.Asked);
    }

    [Fact]
    public async Task Refuses_WhileTheIssuerCannotBeAsked()
    {
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Failure = new IOException("down");
        var validator = Validator();
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Single(endpoint.Asked); // a pause, in which nobody asks
        endpoint.Failure = null;
        clock.Advance(TokenIntrospector.FailurePause);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);

        // What was remembered serves through an outage for its life and no longer.
        endpoint.Status = 503;
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
    }

    [Theory]
    [InlineData("{\"active\":true,\"active\":false}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("<html>")]
    public async Task Refuses_AnAnswerThatTwoReadersCouldReadDifferently(string answer)
    {
        endpoint.Raw = Encoding.UTF8.GetBytes(answer);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(Validator(), Opaque)).Refusal);
    }

    [Fact]
    public async Task Bounds_QuestionsUnderWayAndAnswersRemembered()
    {
        endpoint.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var validator = Validator(options: options => options with { MostAtOnce = 2, CacheEntries = 3 }, introspector: out var introspector);
        var waiting = Enumerable.Range(0, 2).Select(number => ValidateAsync(validator, $"token-{number}")).ToList();
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "token-2")).Refusal);
        endpoint.Gate.SetResult();
        await Task.WhenAll(waiting);
        for (var number = 0; number < 10; number++)
            Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, $"more-{number}")).Refusal);
        Assert.Equal(3, introspector.Count);
    }

    // Threat: one caller has so many tokens that the issuer is asked about everybody else's again and again.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task AnswersOfOneCaller_DoNotPushOutThoseOfOthers()
    {
        var mallory = Answer();
        mallory["sub"] = "mallory";
        var validator = Validator(options: options => options with { CacheEntries = 16, CallerShare = () => 25 }, introspector: out var introspector);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        for (var number = 0; number < 40; number++)
        {
            endpoint.Tokens[$"own-{number}"] = mallory;
            Assert.True((await ValidateAsync(validator, $"own-{number}")).IsVerified);
            Assert.True((await ValidateAsync(validator, $"own-{number}")).IsVerified);
        }

        var asked = endpoint.Asked.Count;
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Equal(asked, endpoint.Asked.Count);
        Assert.Equal(8, introspector.Count); // half of all, and no more, is had by one alone
    }

    [Fact]
    public async Task Sweep_ForgetsAnswersThatAreTooOld()
    {
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator(out var introspector);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented")).Refusal);
        clock.Advance(TokenIntrospector.RefusalLife);
        introspector.Sweep(clock.GetUtcNow());
        Assert.Equal(1, introspector.Count);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Equal(2, endpoint.Asked.Count);
        clock.Advance(TimeSpan.FromSeconds(25));
        introspector.Sweep(clock.GetUtcNow());
        Assert.Equal(0, introspector.Count);
    }

    // Threat: one stranger's invented tokens take every place, and nobody else's token can be asked about.
    [Fact]
    public async Task AFloodFromOneAddressBlock_LeavesOthersTheirPlaces()
    {
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var validator = Validator(out _);
        var flood = Enumerable.Range(0, 100).Select(number => ValidateAsync(validator, $"invented-{number}", Peer($"2001:db8::{number:x}"))).ToList();
        Assert.Equal(8, endpoint.Asked.Count); // 12 percent of 64, rounded up
        var honest = ValidateAsync(validator, Opaque, Peer("192.0.2.7"));
        Assert.Equal(Opaque, endpoint.Asked[^1]);
        endpoint.Gate.SetResult();
        Assert.True((await honest).IsVerified);
        Assert.Equal(8, (await Task.WhenAll(flood)).Count(result => result.Refusal == TokenRefusal.NotActive));
    }

    [Fact]
    public async Task ATokenThatWasGoodBefore_KeepsAPlaceWhenStrangersTakeAllTheyCan()
    {
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator(options: options => options with { CacheLife = TimeSpan.Zero }, introspector: out _);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        endpoint.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flood = Enumerable.Range(0, 200).Select(number => ValidateAsync(validator, $"invented-{number}", Peer($"192.0.2.{number}"))).ToList();
        Assert.Equal(1 + 48, endpoint.Asked.Count); // a quarter of the 64 is kept
        var known = ValidateAsync(validator, Opaque);
        Assert.Equal(Opaque, endpoint.Asked[^1]);
        endpoint.Gate.SetResult();
        Assert.True((await known).IsVerified);
        await Task.WhenAll(flood);
    }

    // Threat: a caller whom the issuer gives token after token asks about all of them at once, and nobody else's is checked.
    [Fact]
    public async Task TokensThatWereGoodBefore_HaveAPartForEachCaller()
    {
        var validator = Validator(options: options => options with { CacheLife = TimeSpan.Zero, CallerShare = () => 25 }, introspector: out _);
        foreach (var number in Enumerable.Range(0, 40))
        {
            endpoint.Tokens[$"mallory-{number}"] = Answer();
            Assert.True((await ValidateAsync(validator, $"mallory-{number}", Peer("192.0.2.1"))).IsVerified);
        }

        var others = Answer();
        others["sub"] = "bob";
        endpoint.Tokens[Opaque] = others;
        Assert.True((await ValidateAsync(validator, Opaque, Peer("192.0.2.2"))).IsVerified);
        var before = endpoint.Asked.Count;
        endpoint.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flood = Enumerable.Range(0, 40).Select(number => ValidateAsync(validator, $"mallory-{number}", Peer($"192.0.2.{number}"))).ToList();
        Assert.Equal(16, endpoint.Asked.Count - before); // a quarter of the 64, whatever the address
        var bob = ValidateAsync(validator, Opaque, Peer("192.0.2.2"));
        Assert.Equal(Opaque, endpoint.Asked[^1]);
        endpoint.Gate.SetResult();
        Assert.True((await bob).IsVerified);
        Assert.Equal(16, (await Task.WhenAll(flood)).Count(result => result.IsVerified));
        Assert.True((await ValidateAsync(validator, "mallory-39", Peer("192.0.2.1"))).IsVerified); // places come back
    }

    // Threat: a token so odd that the issuer, or what stands before it, answers oddly stops the questions about all others.
    [Theory]
    [InlineData(400, TokenRefusal.NotActive)]
    [InlineData(414, TokenRefusal.NotActive)]
    [InlineData(422, TokenRefusal.NotActive)]
    [InlineData(401, TokenRefusal.KeysUnavailable)]
    [InlineData(403, TokenRefusal.KeysUnavailable)]
    [InlineData(302, TokenRefusal.KeysUnavailable)]
    [InlineData(200, TokenRefusal.KeysUnavailable)] // a page in the place of JSON
    public async Task AnOddAnswer_ConcernsItsOwnTokenAlone(int status, TokenRefusal refusal)
    {
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator(out var introspector);
        (endpoint.Status, endpoint.Raw) = (status, "<html>blocked</html>"u8.ToArray());
        Assert.Equal(refusal, (await ValidateAsync(validator, "odd<script>")).Refusal);
        Assert.NotNull(introspector.LastFault);
        (endpoint.Status, endpoint.Raw) = (200, null);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Null(introspector.LastFault);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)] // no answer at all
    public async Task TroubleThatANewcomersTokenMet_StopsNoTokenThatWasGoodBefore(int status)
    {
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Tokens["newcomer"] = Answer();
        var validator = Validator(options: options => options with { CacheLife = TimeSpan.Zero }, introspector: out _);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        SetTrouble(status);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "invented")).Refusal);
        SetTrouble(null);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "newcomer")).Refusal); // a pause
        Assert.Equal(2, endpoint.Asked.Count);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        clock.Advance(TokenIntrospector.FailurePause);
        Assert.True((await ValidateAsync(validator, "newcomer")).IsVerified);

        SetTrouble(status); // now one that was good meets it: the issuer itself is in trouble
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        SetTrouble(null);
        var asked = endpoint.Asked.Count;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "newcomer")).Refusal);
        Assert.Equal(asked, endpoint.Asked.Count);
        clock.Advance(TokenIntrospector.FailurePause);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
    }

    [Fact]
    public async Task InventedTokens_SpendThePartOfTheirBlock_GoodOnesSpendNothing()
    {
        for (var number = 0; number < 50; number++)
            endpoint.Tokens[$"good-{number}"] = Answer();
        var validator = Validator(options: options => options with { ProvokedPerMinute = 20, CallerShare = () => 10 }, introspector: out _);
        for (var number = 0; number < 50; number++)
            Assert.True((await ValidateAsync(validator, $"good-{number}", Peer("192.0.2.1"))).IsVerified);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-1", Peer("192.0.2.1"))).Refusal);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-2", Peer("192.0.2.1"))).Refusal);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "invented-3", Peer("192.0.2.1"))).Refusal);
        Assert.Equal(52, endpoint.Asked.Count);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-4", Peer("192.0.2.2"))).Refusal);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-5", Peer("192.0.2.1"))).Refusal);
    }

    // The operator learns of an outage once, however many tokens meet it, and of its end. An endpoint that answers each second time fills no log.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AnOutage_IsReportedOnceAtItsBeginningAndOnceAtItsEnd()
    {
        var reports = new List<string?>();
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out _);
        SetTrouble(503);
        for (var count = 0; count < 3; count++) await AskAsync();
        Assert.Contains("503", Assert.Single(reports), StringComparison.Ordinal);
        SetTrouble(null);
        for (var count = 0; count < 3; count++) await AskAsync();
        Assert.Null(reports[1]);
        for (var count = 0; count < 20; count++)
        {
            SetTrouble(count % 2 == 0 ? 0 : null);
            await AskAsync();
        }

        Assert.Equal(2, reports.Count);
        clock.Advance(OutageReporter.Pause);
        SetTrouble(0);
        await AskAsync();
        Assert.Equal(3, reports.Count);
        SetTrouble(403); // no answer to the question either
        await AskAsync();
        await AskAsync();
        Assert.Equal(3, reports.Count);
        SetTrouble(null);
        await AskAsync();
        Assert.Equal((4, null), (reports.Count, reports[3]));

        async Task AskAsync()
        {
            clock.Advance(TokenIntrospector.FailurePause);
            await ValidateAsync(validator, Opaque);
        }
    }

    // An operator or a time service sets the clock back: pauses last as long as before, and an outage is reported.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "ID-07")]
    public async Task AClockThatIsSetBack_LengthensNoPauseAndHidesNoOutage(bool wasGoodBefore)
    {
        var reports = new List<string?>();
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Tokens[Opaque]["iat"] = clock.GetUtcNow().AddMinutes(-10).ToUnixTimeSeconds();
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out _);
        if (wasGoodBefore) Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        await FailAsync();
        Assert.NotNull(Assert.Single(reports));
        clock.SetUtcNow(clock.GetUtcNow() - TimeSpan.FromMinutes(5));
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        clock.Advance(TokenIntrospector.FailurePause);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Null(reports[1]);
        clock.Advance(OutageReporter.Pause - TokenIntrospector.FailurePause);
        await FailAsync();
        Assert.Equal(3, reports.Count);

        async Task FailAsync()
        {
            SetTrouble(503);
            Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
            SetTrouble(null);
        }
    }

    // The fault is the issuer's, a proxy's or the configuration's: the gateway learns of no token whether it is active.
    [Theory]
    [InlineData(403, null, "status 403")]
    [InlineData(404, null, "status 404")]
    [InlineData(302, null, "status 302")]
    [InlineData(204, "", "status 204")]
    [InlineData(415, null, "status 415")]
    [InlineData(500, null, "status 500")]
    [InlineData(200, "<html>sign in</html>", "not strict JSON")]
    [InlineData(200, "[]", "not strict JSON")]
    [InlineData(200, "{\"active\":true,\"active\":false}", "not strict JSON")]
    [InlineData(200, "{\"sub\":\"alice\"}", "does not say whether the token is active")]
    [InlineData(200, "{\"active\":\"true\"}", "does not say whether the token is active")]
    [InlineData(400, "{\"error\":\"invalid_client\"}", "client id or secret (status 400)")]
    [Trait("Requirement", "ID-07")]
    public async Task AnAnswerThatIsNone_IsAnOutage_AlsoForATokenThatWasGoodBefore(int status, string? body, string cause)
    {
        foreach (var wasGoodBefore in new[] { false, true })
        {
            var reports = new List<string?>();
            var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out var introspector);
            (endpoint.Status, endpoint.Raw, endpoint.Tokens[Opaque]) = (200, null, Answer());
            if (wasGoodBefore) Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
            (endpoint.Status, endpoint.Raw) = (status, body is null ? null : Encoding.UTF8.GetBytes(body));
            Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
            Assert.Contains(cause, Assert.Single(reports), StringComparison.Ordinal);
            Assert.Equal(reports[0], introspector.Outage);
            (endpoint.Status, endpoint.Raw) = (200, null);
            clock.Advance(TokenIntrospector.FailurePause);
            Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
            Assert.Equal((2, null), (reports.Count, reports[1]));
            Assert.Null(introspector.Outage);
        }
    }

    // Threat: a stranger sends texts that the issuer, or a firewall before it, answers oddly, and the operator log fills with outages.
    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(200)]
    [InlineData(503)]
    [Trait("Requirement", "ID-07")]
    public async Task OddTextsOfAStranger_AreNoOutage_AndCostFewQuestions(int status)
    {
        var reports = new List<string?>();
        var validator = Validator(options => options with { ReportOutage = reports.Add }, out var introspector);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        for (var number = 0; number < 300; number++)
        {
            endpoint.Odd[$"odd-{number}"] = status;
            Assert.False((await ValidateAsync(validator, $"odd-{number}")).IsVerified);
            Assert.Null(introspector.Outage);
            clock.Advance(TokenIntrospector.FailurePause);
            Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, $"invented-{number}", Peer("192.0.2.9"))).Refusal);
        }

        Assert.Empty(reports);
        Assert.Equal(status is 400 or 413 ? 0 : 60, endpoint.Checks); // one each 5 s
    }

    // Threat: a stranger ends the report of a real outage by texts that the issuer still answers, and it is reported again and again.
    [Theory]
    [InlineData(400)]
    [InlineData(200)]
    [Trait("Requirement", "ID-07")]
    public async Task AStrangerDoesNotEndAnOutageThatCallersMeet(int invented)
    {
        var reports = new List<string?>();
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out var introspector);
        endpoint.Tokens[Opaque] = Answer();
        endpoint.Tokens[Opaque]["exp"] = clock.GetUtcNow().AddHours(3).ToUnixTimeSeconds();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        endpoint.Odd[Opaque] = 403;
        for (var number = 0; number < 100; number++)
        {
            if (invented != 200) endpoint.Odd[$"invented-{number}"] = invented;
            Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
            Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, $"invented-{number}")).Refusal);
            Assert.NotNull(introspector.Outage);
            clock.Advance(OutageReporter.Pause / 2);
        }

        Assert.Single(reports);
        Assert.Equal(0, endpoint.Checks); // its answer could not end what callers meet
        endpoint.Odd.Clear();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Null(Assert.Single(reports[1..]));
    }

    // There may be no good token when the issuer answers again: then the gateway's own question ends the outage.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AnOutage_EndsWithoutAGoodToken()
    {
        var reports = new List<string?>();
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out _);
        SetTrouble(403);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "invented-1")).Refusal);
        Assert.Single(reports);
        SetTrouble(null);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-2")).Refusal);
        Assert.Equal((2, null), (reports.Count, reports[1]));

        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        clock.Advance(OutageReporter.Pause);
        SetTrouble(403);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        SetTrouble(null);
        Assert.Equal(3, reports.Count);
        clock.Advance(OutageReporter.Pause);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-3")).Refusal);
        Assert.Equal((4, null), (reports.Count, reports[3]));
    }

    [Fact]
    public async Task AnEndpointThatMoved_IsFoundInTheMetadataAgain()
    {
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero }, out _);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        var metadata = JsonNode.Parse(FakeFetcher.Metadata(Issuer, FakeFetcher.KeysUri.AbsoluteUri))!;
        metadata["introspection_endpoint"] = Issuer + "/moved";
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        endpoint.Only = new Uri(Issuer + "/moved");
        clock.Advance(IntrospectionOutage.CheckPause);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
    }

    // After a long outage no token is known that was good before: the first questions are those of strangers.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AnEndpointThatMovesDuringAnOutage_IsFoundWithoutAGoodToken()
    {
        var validator = Validator(out _);
        await AskAsync("invented-0", TokenRefusal.NotActive);
        endpoint.Only = new Uri(Issuer + "/moved");
        await AskAsync("invented-1", TokenRefusal.KeysUnavailable);
        await AskAsync("invented-2", TokenRefusal.KeysUnavailable); // found in the metadata again, where it is the old one
        var metadata = JsonNode.Parse(FakeFetcher.Metadata(Issuer, FakeFetcher.KeysUri.AbsoluteUri))!;
        metadata["introspection_endpoint"] = Issuer + "/moved";
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        await AskAsync("invented-3", TokenRefusal.KeysUnavailable);
        await AskAsync("invented-4", TokenRefusal.NotActive);

        async Task AskAsync(string token, TokenRefusal refusal)
        {
            clock.Advance(IntrospectionOutage.CheckPause);
            Assert.Equal(refusal, (await ValidateAsync(validator, token)).Refusal);
        }
    }

    // Threat: a stranger's text makes the gateway forget the endpoint, and no caller is let in while the metadata cannot be fetched.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AStrangersText_DoesNotMakeTheGatewayForgetTheEndpoint()
    {
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero }, out _);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        fetcher.Documents.Remove(FakeFetcher.MetadataUri);
        endpoint.Odd["odd"] = 503;
        clock.Advance(IntrospectionOutage.CheckPause);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "odd")).Refusal);
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
    }

    // Threat: an issuer that answers each unknown text with a fault, so that the text of the gateway meets it too, and metadata that cannot be had.
    [Theory]
    [Trait("Requirement", "ID-07")]
    [InlineData(false)]
    [InlineData(true)] // their host does not answer at all
    public async Task AFaultWithoutMetadata_DoesNotMakeTheGatewayForgetTheEndpoint(bool isHung)
    {
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero }, out _);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        fetcher.Documents.Remove(FakeFetcher.MetadataUri);
        if (isHung) fetcher.Gate = new TaskCompletionSource();
        clock.Advance(IntrospectionOutage.CheckPause);
        SetTrouble(503);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "invented")).Refusal);
        SetTrouble(null);
        if (isHung) _ = ValidateAsync(validator, "looks"); // one question waits for the metadata
        clock.Advance(TokenIntrospector.FailurePause);
        if (isHung) _ = ValidateAsync(validator, "looks-too");
        Assert.True((await ValidateAsync(validator, Opaque).WaitAsync(TimeSpan.FromSeconds(30))).IsVerified);
    }

    // A check is asked only where it could end the outage: not while callers met a fault, and again after one of them met none.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task ACallerWhoMeetsNoFault_EndsWhatCallersMet()
    {
        var reports = new List<string?>();
        var validator = Validator(options => options with { CacheLife = TimeSpan.Zero, ReportOutage = reports.Add }, out var introspector);
        endpoint.Tokens[Opaque] = Answer();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        endpoint.Odd[Opaque] = 403;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        endpoint.Odd.Clear();
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        SetTrouble(403);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, "invented-1")).Refusal);
        Assert.NotNull(introspector.Outage);
        SetTrouble(null);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "invented-2")).Refusal);
        Assert.Null(introspector.Outage);
    }

    // A reload with other settings of the issuer makes another introspector, and its first answer is the end of the outage.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AnOutageThatBeganBeforeAReload_EndsAfterIt()
    {
        var reports = new List<string?>();
        var before = Validator(options => options with { ReportOutage = reports.Add }, out var earlier);
        SetTrouble(403);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(before, "invented-1")).Refusal);
        var after = Validator(options => options with { ReportOutage = reports.Add }, out var introspector);
        introspector.ShareOutage(earlier);
        Assert.Equal(earlier.Outage, introspector.Outage);
        SetTrouble(null);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(after, "invented-2")).Refusal);
        Assert.Equal((2, null), (reports.Count, reports[^1]));
        Assert.Null(earlier.Outage);
    }

    // No opaque token can be judged while the issuer refuses the gateway's own secret, which may have expired.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task RefusedSecretOfTheGateway_IsAnOutage()
    {
        var reports = new List<string?>();
        var secret = "expired";
        endpoint.Tokens[Opaque] = Answer();
        var validator = Validator(
            options => options with { Client = Gateway(() => secret), ReportOutage = reports.Add }, out var introspector);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Contains("client id or secret (status 401)", Assert.Single(reports), StringComparison.Ordinal);
        Assert.Equal(reports[0], introspector.Outage);
        secret = FakeIntrospection.Secret;
        Assert.True((await ValidateAsync(validator, Opaque)).IsVerified);
        Assert.Equal((2, null), (reports.Count, reports[1]));
        Assert.Null(introspector.Outage);
    }

    private void SetTrouble(int? status)
    {
        endpoint.Failure = status == 0 ? new IOException("gone") : null;
        endpoint.Status = status is null or 0 ? 200 : status.Value;
    }

    private static CallerPartition Peer(string address) => CallerPartition.Of(System.Net.IPAddress.Parse(address));

    [Fact]
    public async Task Says_WhatIsWrongWithTheProvider()
    {
        fetcher.Documents[FakeFetcher.MetadataUri] = FakeFetcher.Metadata(Issuer, FakeFetcher.KeysUri.AbsoluteUri);
        var validator = Validator(introspector: out var introspector);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Contains("introspection_endpoint", introspector.LastFault, StringComparison.Ordinal);

        var metadata = JsonNode.Parse(FakeFetcher.Metadata(Issuer, FakeFetcher.KeysUri.AbsoluteUri))!;
        metadata["introspection_endpoint"] = "http://127.0.0.1/introspect"; // a public issuer that points at this machine
        fetcher.Documents[FakeFetcher.MetadataUri] = Encoding.UTF8.GetBytes(metadata.ToJsonString());
        clock.Advance(TokenIntrospector.FailurePause);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(validator, Opaque)).Refusal);
        Assert.Empty(endpoint.Asked);

        var wrongSecret = Validator(options: options =>
            options with { Endpoint = new Uri(Issuer + "/introspect"), Client = Gateway(static () => "wrong") }, introspector: out introspector);
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(wrongSecret, Opaque)).Refusal);
        Assert.Contains("401", introspector.LastFault, StringComparison.Ordinal);
    }

    [Fact]
    public void Asks_OneIssuerAtMost()
    {
        var second = new IssuerProfile { Issuer = "https://second.example" };
        var trusted = new[]
            { new IssuerProfile { Issuer = Issuer }, second }.Select(profile => new TrustedIssuer(profile, Keys(), Introspector(profile, null)));
        Assert.Throws<ArgumentException>(() => new TokenValidator(trusted, revocations, new VerifiedTokenCache(), clock));
    }

    private TokenValidator Validator(Func<IssuerProfile, IssuerProfile>? change = null) => Validator(change, null, out _);

    private TokenValidator Validator(out TokenIntrospector introspector) => Validator(null, null, out introspector);

    private TokenValidator Validator(Func<IntrospectionOptions, IntrospectionOptions> options, out TokenIntrospector introspector) =>
        Validator(null, options, out introspector);

    private TokenValidator Validator(Func<IssuerProfile, IssuerProfile>? change, Func<IntrospectionOptions, IntrospectionOptions>? options,
        out TokenIntrospector introspector)
    {
        var profile = new IssuerProfile { Issuer = Issuer };
        profile = change?.Invoke(profile) ?? profile;
        introspector = Introspector(profile, options);
        return new TokenValidator([new TrustedIssuer(profile, Keys(), introspector)], revocations, new VerifiedTokenCache(), clock);
    }

    private static ClientSecret Gateway(Func<string> secret) => new(FakeIntrospection.Client, () => new SecretText(secret()));

    private TokenIntrospector Introspector(IssuerProfile profile, Func<IntrospectionOptions, IntrospectionOptions>? change)
    {
        var options = new IntrospectionOptions { Client = Gateway(static () => FakeIntrospection.Secret) };
        return new TokenIntrospector(profile, change?.Invoke(options) ?? options, endpoint, fetcher, null, clock);
    }

    private static FakeIssuerKeys Keys() => new(TestKeySet.Of(ValidatorBench.Es256));

    private JsonObject Answer() => new()
    {
        ["active"] = true,
        ["iss"] = Issuer,
        ["sub"] = "alice",
        ["aud"] = ValidatorBench.Resource,
        ["client_id"] = "cli",
        ["scope"] = "mcp:read",
        ["token_type"] = "Bearer",
        ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
    };

    private static async Task<TokenResult> ValidateAsync(TokenValidator validator, string token, CallerPartition peer = default) =>
        await validator.ValidateAsync(new AccessTokenValue(token), new TokenUse(ValidatorBench.Resource) { Peer = peer },
            TestContext.Current.CancellationToken);
}
