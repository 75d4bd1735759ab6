using System.Text.Json.Nodes;
using EntraStandIn;
using Gatehouse.Administration;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Access.Entra;

/// <summary>Who has a right of Entra PIM: people with an active assignment, by the directory and not by their token.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class EntraAccessTests
{
    [Fact]
    public async Task ActiveMember_MayCall_AndNoOneElseMay()
    {
        await using var gateway = await EntraGateway.StartAsync();
        Assert.True(await gateway.CallsAsync(tool: "secret"));
        Assert.False(await gateway.CallsAsync());
        gateway.Entra.Access.Member();
        await gateway.PassAsync(TimeSpan.FromSeconds(10));
        Assert.True(await gateway.CallsAsync());
        Assert.False(await gateway.CallsAsync(gateway.Token("aaaaaaaa-0000-4000-8000-00000000b0b0")));
        Assert.Equal(2, gateway.Gateway.Upstream.Of("tools/call").Count);
        Assert.Empty(gateway.Entra.Faults);
        Assert.Equal(1, gateway.Entra.SignedIn);
    }

    // The token was issued before the activation, or has no list of groups because there are too many.
    [Theory]
    [InlineData("absent")]
    [InlineData("overage")]
    public async Task TokenWithoutTheClaim_IsNoDenial(string claims)
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member(end: gateway.Clock.GetUtcNow().AddHours(1));
        Assert.True(await gateway.CallsAsync(gateway.Token(change: token =>
        {
            token.Remove("groups");
            if (claims == "overage") token["_claim_names"] = new JsonObject { ["groups"] = "src1" };
        })));
    }

    // The claim is in each token of these calls, and the assignment has ended, or has not begun, or is of another kind.
    [Theory]
    [InlineData("eligible")]
    [InlineData("ended")]
    [InlineData("later")]
    [InlineData("owner")]
    [InlineData("other group")]
    public async Task TokenWithTheClaim_IsNoPermit(string state)
    {
        await using var gateway = await EntraGateway.StartAsync();
        var now = gateway.Clock.GetUtcNow();
        if (state == "ended") gateway.Entra.Access.Member(end: now);
        if (state == "later") gateway.Entra.Access.Member(change: entry => entry["startDateTime"] = PrivilegedAccess.Text(now.AddMinutes(1)));
        if (state == "owner") gateway.Entra.Access.Member(change: static entry => entry["accessId"] = "owner");
        if (state == "other group") gateway.Entra.Access.Member(group: "bbbbbbbb-0000-4000-8000-000000000002");
        Assert.False(await gateway.CallsAsync());
        Assert.Equal(1, gateway.Entra.Access.Asked);
        Assert.Empty(gateway.Gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [InlineData("app", false)]
    [InlineData("idp", false)]
    [InlineData("acct", false)]
    [InlineData("tenant", false)]
    [InlineData("oid", false)]
    [InlineData("own idp", true)]
    public async Task OnlyMembersOfTheTenant_AreAskedAbout(string kind, bool counts)
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        var token = gateway.Token(tenant: kind == "tenant" ? Tenant.OtherId : Tenant.Id, change: claims =>
        {
            if (kind == "idp") claims["idp"] = $"https://sts.windows.net/{Tenant.OtherId}/";
            if (kind == "own idp") claims["idp"] = $"https://sts.windows.net/{Tenant.Id}/";
            if (kind == "acct") claims["acct"] = 1;
            if (kind == "oid") claims["oid"] = "x' or principalId eq '" + Tenant.AliceId;
            if (kind != "app") return;
            claims.Remove("scp");
            claims["idtyp"] = "app";
            claims["roles"] = new JsonArray("Mcp.Call.All");
        });
        Assert.Equal(counts, await gateway.CallsAsync(token));
        Assert.Equal(counts ? 1 : 0, gateway.Entra.Access.Asked);
        Assert.True(await gateway.CallsAsync(token, "secret")); // the token is good
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/administrativeUnits/5d107bba-d8e2-4e13-b6ae-884be90e5d1a", false)]
    public async Task DirectoryRole_CountsForTheWholeDirectoryOnly(string scope, bool counts)
    {
        await using var gateway = await EntraGateway.StartAsync(
            [EntraGateway.Rule("admins", EntraAssignmentKind.Role, Tenant.Role), EntraGateway.Others]);
        gateway.Entra.Access.InRole(change: entry => entry["directoryScopeId"] = scope);
        Assert.Equal(counts, await gateway.CallsAsync());
        Assert.Equal(1, gateway.Entra.Access.Asked);
        Assert.Empty(gateway.Entra.Faults);
    }

    [Fact]
    public async Task NoRuleThatConcernsTheCaller_CostsNoQuestion()
    {
        var bobs = EntraGateway.Members with { Who = new WhoClause { Subjects = new NameSet(["bob"]) } };
        await using var gateway = await EntraGateway.StartAsync(
            [bobs, EntraGateway.Members with { Id = "elsewhere", Servers = new NameSet(["elsewhere"]) }, EntraGateway.Others]);
        gateway.Entra.Access.Member();
        Assert.False(await gateway.CallsAsync());
        Assert.True(await gateway.CallsAsync(tool: "secret"));
        Assert.Equal((0, 0), (gateway.Entra.SignedIn, gateway.Entra.Access.Asked));
        await using var without = await EntraGateway.StartAsync([EntraGateway.Others]);
        Assert.Null(without.Gateway.Host.Snapshots.Current.AccessChecks);
    }

    [Fact]
    public async Task List_ShowsTheRight_WhileItCounts()
    {
        await using var gateway = await EntraGateway.StartAsync();
        var end = gateway.Clock.GetUtcNow().AddHours(1);
        gateway.Entra.Access.Member(end: end);
        Assert.Empty((await gateway.DoAsync(new ListAccess(false))).Result!.Approvals);
        Assert.True(await gateway.CallsAsync());
        var shown = Assert.Single((await gateway.DoAsync(new ListAccess(false))).Result!.Approvals);
        Assert.Equal(("granted", $"entra-pim:group:{Tenant.Group}"), (shown.State, shown.Assignment));
        Assert.Equal((gateway.Issuer, $"{Tenant.AliceId}@{Tenant.Id}"), (shown.CallerIssuer, shown.Caller));
        Assert.Equal(["members"], shown.Rules);
        Assert.Equal(end, shown.Expires);
        await gateway.PassAsync(EntraGraphSettings.DefaultRecheck);
        Assert.Empty((await gateway.DoAsync(new ListAccess(true))).Result!.Approvals); // its last check is too old
    }

    [Fact]
    public async Task RequestAndRevocation_AreRefused_AndSayWhereTheRightBeginsAndEnds()
    {
        await using var gateway = await AccessGateway.StartAsync(
            rules: [AccessGateway.Right with { Id = "write", Access = EntraGateway.Members.Access }, AccessGateway.Others]);
        var refusal = (await gateway.RequestAsync()).Refusal!;
        Assert.Equal("entra-right", refusal.Why);
        Assert.Contains("Privileged Identity Management", refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal("not-eligible", (await gateway.RequestAsync("mallory")).Refusal?.Why);
        Assert.Equal("entra-right", (await gateway.RevokeAsync("pim-7q4kd2m9xs", "alice")).Refusal?.Why);
    }

    // An enforcement point names the subject, and no token shows that this is a person of the tenant and no guest.
    [Fact]
    public async Task RightCounts_ForTheCallerOnly_AndNotForSubjectsThatOthersName()
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        Assert.True(await gateway.CallsAsync());
        var assignment = EntraGateway.Members.Access!.Entra!.Value;
        var subject = new PolicySubject(gateway.Issuer, $"{Tenant.AliceId}@{Tenant.Id}", "client", [], [], []);
        Assert.True(gateway.Checks.Rights.IsActive(subject, assignment));
        var asked = new PolicySubject(subject.Issuer, subject.Subject, "client", [], [], []) { Asker = new PolicySubject("i", "point", null, [], [], []) };
        Assert.False(gateway.Checks.Rights.IsActive(asked, assignment));
    }

    // A right also opens the server to a person who has no other permit there.
    [Fact]
    public async Task PersonWithoutAnotherPermit_EntersWithTheRightOnly()
    {
        await using var gateway = await EntraGateway.StartAsync([EntraGateway.Members]);
        Assert.False(await gateway.CallsAsync());
        gateway.Entra.Access.Member();
        await gateway.PassAsync(TimeSpan.FromSeconds(10));
        Assert.True(await gateway.CallsAsync());
    }
}
