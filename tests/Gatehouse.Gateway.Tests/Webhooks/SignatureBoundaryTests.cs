using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>
/// A key of a webhook signs answers to questions about calls. It opens no other act, also where its person is an administrator (AZ-04).
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class SignatureBoundaryTests
{
    private static readonly AnswerApproval Answer = new("apr-0000000000", true, new string('0', 64), new string('0', 64), "r");

    private static IEnumerable<AdministrativeAction> OtherActs =>
    [
        .. AdministrationTests.Acts.Where(static act => act is not AnswerApproval),
        Answer with { Id = "acc-0000000000" }, Answer with { Id = "act-0000000000" },
    ];

    [Fact]
    public async Task SignatureOfAnAdministrator_OpensOnlyTheAnswerToACall()
    {
        await using var gateway = await TestGateway.StartAsync();
        var administration = GatewayAdministration.Of(gateway.Host);
        var person = new AdministratorToken("https://login.example.com", "carol", IsAdministrator: true);
        var signed = AdministratorCredentials.OfWebhook(CallerPartition.Unknown, "chat", person);
        foreach (var act in OtherActs)
            Assert.Equal((act.Name, ActionRefusal.UnknownAct.Why), (act.Name, (await administration.DoAsync(act, signed)).Refusal?.Why));
        Assert.NotEqual(ActionRefusal.UnknownAct.Why, (await administration.DoAsync((AdministrativeAction)Answer, signed)).Refusal?.Why);
    }
}
