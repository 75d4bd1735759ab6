using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Webhooks;
using Gatehouse.Storage.Tests.Contracts;

namespace Gatehouse.Gateway.Tests.AdministrationHttp;

/// <summary>
/// Requests whose body comes later than their head. Threat: what was judged by the head, or looked up before the body, is another one by the time the
/// act is done.
/// </summary>
[Trait("Requirement", "AZ-04")]
[Trait("Requirement", "ID-08")]
public sealed class SlowBodyTests
{
    // Threat: a person who is about to be revoked sends heads of requests in advance, and their bodies after the revocation. The grant would be later
    // than the revocation, so that it would count.
    [Theory]
    [InlineData("approval.grant")]
    [InlineData("approval.show")]
    [InlineData("approval.deny")]
    public async Task PersonWhoIsRevokedBeforeTheBodyCame_DoesNoAct(string act)
    {
        await using var site = await AdministrationSite.StartAsync();
        var (_, id) = await site.AskAsync();
        var shown = await site.ShownAsync(id, "carol");
        var body = act == "approval.show" ? JsonSerializer.Serialize(new { id }) : JsonSerializer.Serialize(new { id, shown });
        var issuer = site.Gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var answer = await SendAsync(site, "/v1/acts/" + act, body, site.Token("carol"), "application/json",
            async () => await site.Gateway.Host.Revocations.RevokeSubjectAsync(issuer, "carol", "left"));
        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain(id, answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(id, (await site.Asking.OpenAsync()).Id);
        Assert.Empty(site.Asking.Forwarded);
        var entry = Assert.Single(await site.EntriesAsync("control.refused"));
        Assert.Equal("token: Revoked", entry.GetProperty("why").GetString(), ignoreCase: true);
    }

    // Threat: whoever has the key of a person sends the head before a reload that removes the key, and the answer afterwards.
    [Fact]
    public async Task KeyThatAReloadRemovedBeforeTheBodyCame_SignsNoAnswer()
    {
        using var other = new AnswerSigner();
        FailingApprovals? store = null;
        await using var hooks = await WebhookSite.StartAsync(
            around: inner => new FaultyStore(inner) { Approvals = store = new FailingApprovals(inner.Approvals) });
        var (call, _, notice) = await hooks.AskAsync();
        var listing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = await SendAsync(hooks.Site, "/v1/webhooks/chat/answers", hooks.Signer.Sign(hooks.Answer(notice)), null, "application/jose", () =>
        {
            store!.Before = act => act == "list" ? listing.Task : Task.CompletedTask; // the notices of before are replaced later
            hooks.ReplaceApprovals(one => one with
            { Webhooks = [one.Webhooks[0] with { Approvers = [one.Webhooks[0].Approvers[0] with { Keys = [other.Key] }] }] });
            return Task.CompletedTask;
        });
        listing.SetResult();
        Assert.Equal((403, "invalid-answer"), (answer.Status, answer.Code));
        Assert.False(call.IsCompleted);
        Assert.Empty(hooks.Site.Asking.Forwarded);
    }

    // The host answers 100 (Continue) when it begins to read the body. The head is judged by then (RFC 9110 §10.1.1).
    private static async Task<AdministrationAnswer> SendAsync(
        AdministrationSite site, string path, string body, string? token, string type, Func<Task> before)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Url, path)) { Content = new LateContent(body, type, before) };
        request.Headers.ExpectContinue = true;
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, CancellationToken.None);
        var text = await response.Content.ReadAsStringAsync();
        return new AdministrationAnswer((int)response.StatusCode, JsonDocument.Parse(text).RootElement, "", new Dictionary<string, string>());
    }

    private sealed class LateContent : HttpContent
    {
        private readonly byte[] body;
        private readonly Func<Task> before;

        public LateContent(string body, string type, Func<Task> before)
        {
            (this.body, this.before) = (Encoding.UTF8.GetBytes(body), before);
            Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await before();
            await stream.WriteAsync(body);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
