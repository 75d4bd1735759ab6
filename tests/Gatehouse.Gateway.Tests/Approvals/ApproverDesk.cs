using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>People who answer questions of a gateway over its control socket, each with a token of their own.</summary>
internal sealed class ApproverDesk(TestGateway gateway)
{
    private static readonly PeerAccount Account = new(1, PeerAccount.OwnUserId());

    private readonly AdministrationService administration = GatewayAdministration.Of(gateway.Host);

    /// <summary>The open questions.</summary>
    public async Task<IReadOnlyList<ApprovalView>> ListAsync(bool withAnswered = false) =>
        (await administration.DoAsync(new ListApprovals(withAnswered), new AdministratorCredentials(Account))).Result!.Approvals;

    /// <summary>Shows a question to a person.</summary>
    public async Task<ApprovalView> ShownAsync(string id, string person, string client = "desk", RememberWish? wish = null)
    {
        var outcome = await ShowAsync(id, person, client, wish);
        Assert.Null(outcome.Refusal?.Why);
        return outcome.Result!;
    }

    public Task<ActionOutcome<ApprovalView>> ShowAsync(string id, string person, string client = "desk", RememberWish? wish = null) =>
        administration.DoAsync(new ShowApproval(id) { Remember = wish }, Credentials(person, client));

    /// <summary>Answers a question as a person. The view is what that person saw.</summary>
    public Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(ApprovalView seen, string person, bool grants = true, string client = "desk",
        string reason = "ticket 7", RememberWish? wish = null) =>
        administration.DoAsync(
            new AnswerApproval(seen.Id, grants, seen.Digest, seen.Shown ?? "", reason) { Remember = wish }, Credentials(person, client));

    /// <summary>Looks at a question and answers it.</summary>
    public async Task<ActionOutcome<ApprovalAnswered>> LookAndAnswerAsync(string id, string person, bool grants = true) =>
        await AnswerAsync(await ShownAsync(id, person), person, grants);

    /// <summary>Forgets a remembered answer as a person.</summary>
    public Task<ActionOutcome<ApprovalForgotten>> ForgetAsync(string id, string person) =>
        administration.DoAsync(new ForgetApproval(id, "moved"), Credentials(person, "desk"));

    /// <summary>Takes a grant back as a person.</summary>
    public Task<ActionOutcome<ApprovalRevoked>> RevokeAsync(string id, string person) =>
        administration.DoAsync(new RevokeApproval(id, "wrong account"), Credentials(person, "desk"));

    private AdministratorCredentials Credentials(string person, string client) => new(Account)
    {
        Token = gateway.Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = person,
            Audience = gateway.Host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = client,
            Lifetime = TimeSpan.FromMinutes(10),
        }).Reveal().ToString(),
    };
}
