using Gatehouse.Administration;
using Gatehouse.Containment;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Obligations;

/// <summary>
/// Where a release needs a second person, no containment leaves its author without one: the person who contained something can always release it
/// with another person (IR-01).
/// </summary>
[Trait("Requirement", "IR-01")]
public sealed class ContainmentReserveTests
{
    private static readonly WhoClause Security = new() { Groups = new(["security"]) };

    // Threat: carol contains dora. Then no person could grant carol the release.
    [Theory]
    [InlineData("carol", "dora")]
    [InlineData("dora")]
    public async Task ContainmentOfTheLastSecondPerson_IsRefused(params string[] second)
    {
        await using var gateway = await StartAsync(Named(second), "carol", "dora");
        var refusal = (await ContainAsync(gateway, "dora")).Refusal!;
        Assert.Equal("no-second-person", refusal.Why);
        Assert.Contains("no second person would be left", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another administrator", refusal.Remedy, StringComparison.Ordinal);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Empty(await gateway.QuestionsAsync(all: true));
        Assert.Null((await ContainAsync(gateway, "mallory")).Refusal); // a person who neither administers nor grants
    }

    // Threat: dora, who alone may grant, contains the only other administrator, and never grants herself.
    [Fact]
    public async Task OnlySecondPerson_ContainsNoOtherAdministrator_AndEveryOtherPerson()
    {
        await using var gateway = await StartAsync(Named("dora"), "carol", "dora");
        Assert.Equal("no-second-person", (await ContainAsync(gateway, "carol", "dora")).Refusal?.Why);
        Assert.Null((await ContainAsync(gateway, "mallory", "dora")).Refusal);
    }

    [Fact]
    public async Task SecondPeople_CanBeContainedUntilOneIsLeft_WhoThenGrantsTheRelease()
    {
        await using var gateway = await StartAsync(Named("carol", "dora", "frank"));
        var dora = (await ContainAsync(gateway, "dora")).Result!.Id;
        Assert.Equal("no-second-person", (await ContainAsync(gateway, "frank")).Refusal?.Why);
        Assert.Equal("second-person", (await gateway.ReleaseAsync(dora)).Refusal?.Why);
        Assert.Null((await gateway.LookAndAnswerAsync(await gateway.OpenIdAsync(), "frank")).Refusal?.Why);
        Assert.Null((await gateway.ReleaseAsync(dora)).Refusal);
        Assert.Null((await ContainAsync(gateway, "frank")).Refusal);
    }

    // How many people a group has is not known here. A person of it who grants the containment shows that one is left.
    [Fact]
    public async Task WhereSecondPeopleAreAGroup_AContainmentOfAUserWaitsForOneOfThem()
    {
        await using var gateway = await StartAsync(Security);
        Assert.Equal("second-person", (await ContainAsync(gateway, "mallory")).Refusal?.Why);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Equal("no-right-to-grant", (await AnswerAsync(gateway, "carol")).Refusal?.Why); // an administrator, and not of the group
        Assert.Equal("no-right-to-grant", (await AnswerAsync(gateway, "erin")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "dora")).Refusal?.Why);
        var made = await ContainAsync(gateway, "mallory");
        Assert.Null(made.Refusal?.Why);
        Assert.Equal("second-person", (await gateway.ReleaseAsync(made.Result!.Id)).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "dora")).Refusal?.Why);
        Assert.Null((await gateway.ReleaseAsync(made.Result.Id)).Refusal?.Why);
    }

    // Threat: dora grants that she herself is contained, and no other person of her group exists.
    [Fact]
    public async Task GrantOfThePersonWhoIsContained_ShowsNoOtherPerson()
    {
        await using var gateway = await StartAsync(Security);
        Assert.Equal("second-person", (await ContainAsync(gateway, "dora")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "dora")).Refusal?.Why);
        Assert.Equal("granter-cannot-release", (await ContainAsync(gateway, "dora")).Refusal?.Why);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Equal("second-person", (await ContainAsync(gateway, "dora")).Refusal?.Why); // the grant is used up
        Assert.Null((await AnswerAsync(gateway, "frank")).Refusal?.Why);
        Assert.Null((await ContainAsync(gateway, "dora")).Refusal?.Why);
    }

    // Threat: the people who may grant sign in with one client, and it is contained.
    [Fact]
    public async Task ContainmentOfAClient_WaitsForAPersonWhoGrantsWithAnotherOne_UnlessItMakesCalls()
    {
        await using var gateway = await StartAsync(Named("carol", "dora"));
        Assert.Equal("second-person", (await ContainAsync(gateway, "console", kind: "client")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "dora", "console")).Refusal?.Why);
        Assert.Equal("granter-cannot-release", (await ContainAsync(gateway, "console", kind: "client")).Refusal?.Why);
        Assert.Equal("second-person", (await ContainAsync(gateway, "console", kind: "client")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "dora", "other")).Refusal?.Why);
        Assert.Null((await ContainAsync(gateway, "console", kind: "client")).Refusal?.Why);
        Assert.Equal("second-person", (await ContainAsync(gateway, "tests", kind: "client")).Refusal?.Why);
        using var called = await gateway.Gateway.SendAsync(gateway.Gateway.Modern("tools/list"));
        Assert.Null((await ContainAsync(gateway, "tests", kind: "client")).Refusal?.Why); // no answer comes by it
    }

    // In an incident, what concerns no person who administers waits for no person.
    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    public async Task ContainmentOfAServerOrTool_WaitsForNoPerson(string kind, string name)
    {
        await using var gateway = await StartAsync(Security);
        Assert.Null((await ContainAsync(gateway, name, kind: kind)).Refusal?.Why);
        Assert.Empty(await gateway.QuestionsAsync(all: true));
    }

    [Fact]
    public async Task ObligationOfTheContainmentItself_NeedsNoSecondGrant()
    {
        await using var gateway = await ObligedGateway.StartAsync(new ActObligation { Acts = ["contain", "release"], SecondPerson = Security });
        Assert.Equal("second-person", (await ContainAsync(gateway, "mallory")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "frank")).Refusal?.Why);
        Assert.Null((await ContainAsync(gateway, "mallory")).Refusal?.Why);
        Assert.Single(await gateway.QuestionsAsync(all: true));
    }

    // No person is asked about a containment that cannot be made, and no grant is used up for it.
    [Theory]
    [InlineData("carol", "https://login.example", "unknown-issuer")]
    [InlineData("carol", null, "self")]
    [InlineData("mallory", null, "contained-already")]
    public async Task ContainmentThatCannotBeMade_IsRefusedBeforeAPersonIsAsked(string name, string? issuer, string why)
    {
        await using var gateway = await ObligedGateway.StartAsync(new ActObligation { Acts = ["contain"], SecondPerson = Security });
        Assert.Equal("second-person", (await ContainAsync(gateway, "mallory")).Refusal?.Why);
        Assert.Null((await AnswerAsync(gateway, "frank")).Refusal?.Why);
        Assert.Null((await ContainAsync(gateway, "mallory")).Refusal?.Why);
        var target = new ContainmentTarget(ContainmentTarget.User, issuer ?? gateway.Issuer, name, "");
        Assert.Equal(why, (await gateway.DoAsync(new Contain(target, "incident 4711", false), "carol")).Refusal?.Why);
        Assert.Single(await gateway.QuestionsAsync(all: true));
    }

    // Threat: a person without the right learns from the refusal what is contained, and which names exist.
    [Theory]
    [InlineData("mallory")]
    [InlineData("nobody")]
    [InlineData("eve")]
    public async Task PersonWithoutTheRight_GetsOneRefusal_WhateverIsNamed(string name)
    {
        await using var gateway = await StartAsync(Named("carol", "dora"), "carol", "dora");
        Assert.Null((await ContainAsync(gateway, "mallory")).Refusal?.Why);
        var refusal = (await ContainAsync(gateway, name, "eve")).Refusal!;
        Assert.Equal("not-an-administrator", refusal.Why);
        Assert.DoesNotContain("mallory", refusal.Message + refusal.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("ctn-", refusal.Message + refusal.Remedy, StringComparison.Ordinal);
    }

    // Where names show that no second person would be left, no grant is used up.
    [Fact]
    public async Task ContainmentOfTheLastSecondPerson_IsRefusedBeforeAPersonIsAsked()
    {
        await using var gateway = await ObligedGateway.StartAsync(
            new ActObligation { Acts = ["contain", "release"], SecondPerson = Named("carol", "dora") }, administrators: ["carol", "dora"]);
        Assert.Equal("no-second-person", (await ContainAsync(gateway, "dora")).Refusal?.Why);
        Assert.Empty(await gateway.QuestionsAsync(all: true));
    }

    private static WhoClause Named(params string[] people) => new() { Subjects = new(people) };

    private static Task<ObligedGateway> StartAsync(WhoClause second, params string[] administrators) => ObligedGateway.StartAsync(
        new ActObligation { Acts = ["release"], SecondPerson = second }, administrators: administrators.Length == 0 ? null : administrators);

    private static Task<ActionOutcome<ContainmentMade>> ContainAsync(
        ObligedGateway gateway, string name, string by = "carol", string kind = "user")
    {
        var target = kind switch
        {
            "server" => new ContainmentTarget(kind, "", name, ""),
            "tool" => new ContainmentTarget(kind, "", "up", name),
            _ => new ContainmentTarget(kind, gateway.Issuer, name, ""),
        };
        return gateway.DoAsync(new Contain(target, "incident 4711", true), by);
    }

    private static async Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(ObligedGateway gateway, string person, string client = "desk")
    {
        var id = await gateway.OpenIdAsync();
        var seen = await gateway.DoAsync(new ShowApproval(id), person, client);
        if (seen.Refusal is { } refusal) return refusal;
        return await gateway.DoAsync(new AnswerApproval(id, true, seen.Result!.Digest, seen.Result.Shown ?? "", "looked at it"), person, client);
    }
}
