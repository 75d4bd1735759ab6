using System.Text;

namespace Gatehouse.Protocol.Tests;

public class ProtocolMethodsTests
{
    /// <summary>The methods of each revision, in alphabetical order.</summary>
    public static TheoryData<string, string> Revisions => new()
    {
        { "2024-11-05", Legacy },
        { "2025-03-26", Legacy },
        { "2025-06-18", $"{Legacy} elicitation/create" },
        { "2025-11-25", $"{Legacy} elicitation/create notifications/elicitation/complete notifications/tasks/status tasks/cancel tasks/get "
            + $"tasks/list tasks/result" },
        { "2026-07-28", "completion/complete elicitation/create notifications/cancelled notifications/message notifications/progress "
            + "notifications/prompts/list_changed notifications/resources/list_changed notifications/resources/updated "
            + "notifications/subscriptions/acknowledged notifications/tasks notifications/tools/list_changed prompts/get prompts/list "
            + "resources/list resources/read resources/templates/list roots/list sampling/createMessage server/discover subscriptions/listen "
            + "tasks/cancel tasks/get tasks/update tools/call tools/list" },
    };

    private const string Legacy =
        "completion/complete initialize logging/setLevel notifications/cancelled notifications/initialized notifications/message "
            + "notifications/progress notifications/prompts/list_changed notifications/resources/list_changed notifications/resources/updated "
            + "notifications/roots/list_changed notifications/tools/list_changed ping prompts/get prompts/list resources/list resources/read "
            + "resources/subscribe resources/templates/list resources/unsubscribe roots/list sampling/createMessage tools/call tools/list";

    [Theory]
    [MemberData(nameof(Revisions))]
    public void Lists_TheMethodsOfEachRevision(string text, string methods)
    {
        Assert.True(ProtocolRevision.TryParse(text, out var revision));
        var known = ProtocolMethods.All.Where(method => method.ExistsIn(revision)).Select(method => method.Name);
        Assert.Equal(methods.Split(' ').Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.All(ProtocolMethods.All, method => Assert.Equal(method.ExistsIn(revision), method.Revisions.Contains(revision)));
    }

    [Fact]
    public void Treats_AsReadingOnlyAClosedList()
    {
        var acting = ProtocolMethods.All.Where(method => method.Effect == MethodEffect.Acting).Select(method => method.Name);
        Assert.Equal(["tools/call", "resources/read", "sampling/createMessage", "elicitation/create", "tasks/update", "tasks/cancel",
            "notifications/cancelled"], acting);
        Assert.Equal(MethodEffect.Acting, ProtocolMethods.EffectOf("vendor/anything"));
        Assert.Equal(MethodEffect.Acting, ProtocolMethods.EffectOf("Tools/list"));
        Assert.Equal(MethodEffect.Acting, ProtocolMethods.EffectOf(null));
    }

    [Theory]
    [InlineData("tools/call", EnvelopeMember.ParamsName)]
    [InlineData("prompts/get", EnvelopeMember.ParamsName)]
    [InlineData("resources/read", EnvelopeMember.ParamsUri)]
    [InlineData("tasks/get", EnvelopeMember.ParamsTaskId)]
    [InlineData("tasks/update", EnvelopeMember.ParamsTaskId)]
    [InlineData("tasks/cancel", EnvelopeMember.ParamsTaskId)]
    [InlineData("tools/list", null)]
    [Trait("Requirement", "T13")]
    public void Names_WhatTheNameHeaderMirrors(string name, EnvelopeMember? slot)
    {
        Assert.True(ProtocolMethods.TryGet(name, out var method));
        Assert.Equal(slot, method.NameSlot);
    }

    [Fact]
    public void Interns_KnownMethodsOnly()
    {
        Assert.Same(ProtocolMethods.All[0].Name, ProtocolMethods.Intern("\"initialize\""u8));
        Assert.Null(ProtocolMethods.Intern("\"initializ\""u8));
        Assert.Null(ProtocolMethods.Intern(Encoding.UTF8.GetBytes('"' + new string('x', 500) + '"')));
        Assert.Equal("tools/call", Validated.Message("""{"jsonrpc":"2.0","method":"tools\/call"}""").Method);
    }

    [Fact]
    public void Orders_RevisionsByDate()
    {
        Assert.Equal(5, ProtocolRevision.All.Count);
        Assert.Equal(ProtocolRevision.All, ProtocolRevision.All.Order());
        Assert.Equal([ProtocolRevision.V20260728], ProtocolRevision.Modern);
        Assert.Equal(4, ProtocolRevision.Legacy.Count);
        Assert.True(ProtocolRevision.V20241105 < ProtocolRevision.V20250326);
        Assert.False(ProtocolRevision.TryParse("2026-07-29", out _));
        Assert.False(ProtocolRevision.TryParse("2026-07-28 ", out _));
        Assert.False(ProtocolRevision.TryParse("", out _));
    }
}
