using System.Globalization;
using System.Runtime.CompilerServices;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Pipeline.Tests;

/// <summary>What spans the exchanges of a caller: whose it is, how long it lasts and how much of it there is (CWE-770).</summary>
[Trait("Requirement", "EX-03")]
[Trait("NoRetry", "yes")]
public sealed class ConversationTests
{
    private static readonly ConversationSlot<StrongBox<int>> Slot = new(static () => new StrongBox<int>());
    private static readonly SessionSettings Bounds = new() { Max = 20 };

    private readonly ManualTimeProvider time = new();
    private readonly InMemoryConversations conversations;

    public ConversationTests() => conversations = new InMemoryConversations(time, static () => 12);

    [Fact]
    public void Conversation_IsOfIssuerSubjectAndClient_OverServers()
    {
        var alice = Visit(Callers.Named("alice"), "a").Conversation;
        Assert.Same(alice, Visit(Callers.Named("alice"), "b").Conversation);
        Assert.Same(alice.Find("a")!.Conversation, alice);
        Assert.NotSame(alice.Find("a"), alice.Find("b"));
        Assert.Null(alice.Find("c"));
        VerifiedToken[] others = [Callers.Named("bob"), Callers.Named("alice", "another client"), Callers.OfAnotherIssuer("alice")];
        Assert.All(others, other => Assert.NotSame(alice, Visit(other, "a").Conversation));
        Assert.Equal(4, conversations.Count);
        Assert.Equal(5, conversations.Servers);
    }

    [Fact]
    public void Conversation_EndsWhenItWasSilentAtEveryServer()
    {
        var began = Visit(Callers.Named("alice"), "a").Conversation;
        for (var i = 0; i < 60; i++) // longer than a session may last: what was learned of a conversation that goes on is not forgotten
        {
            Pass(29);
            Assert.Same(began, Visit(Callers.Named("alice"), "b").Conversation);
        }

        Assert.NotNull(began.Find("a"));
        Pass(30);
        Assert.NotSame(began, Visit(Callers.Named("alice"), "b").Conversation);
        Pass(30);
        conversations.Sweep(Bounds);
        Assert.Equal((0, 0), (conversations.Count, conversations.Servers));
    }

    [Fact]
    public void Conversation_InUse_IsNotIdle()
    {
        var entered = Enter(Callers.Named("alice"), "a");
        Pass(600);
        conversations.Sweep(Bounds);
        Assert.Same(entered, Visit(Callers.Named("alice"), "a"));
        Pass(600);
        conversations.Leave(entered); // its time begins when its last exchange ends
        Pass(29);
        conversations.Sweep(Bounds);
        Assert.Same(entered, Visit(Callers.Named("alice"), "a"));
    }

    [Fact]
    public void Conversation_ThatIsEnded_IsNotFoundAgain_AlsoWhileItIsInUse()
    {
        var entered = Enter(Callers.Named("alice"), "a");
        entered.Conversation.Slots.Get(Slot).Value = 7;
        Assert.Equal(1, conversations.End(conversation => conversation.Key.Subject == "alice"));
        Assert.Equal(7, entered.Conversation.Slots.Get(Slot).Value); // the exchange goes on with what it has
        var next = Visit(Callers.Named("alice"), "a");
        Assert.Null(next.Conversation.Slots.Find(Slot));
        conversations.Leave(entered);
        Assert.Same(next, Visit(Callers.Named("alice"), "a"));
        Assert.Equal((1, 1), (conversations.Count, conversations.Servers));
    }

    [Fact]
    public void AtTheBound_TheConversationThatWasIdleLongestEnds()
    {
        var first = Visit(Caller(0), "a");
        for (var i = 1; i < 100; i++)
        {
            Pass(1);
            Visit(Caller(i), "a");
            Assert.InRange(conversations.Servers, 1, Bounds.Max);
        }

        Assert.Equal(20, conversations.Count);
        Assert.NotSame(first, Visit(Caller(0), "a"));
        var last = Visit(Caller(99), "a");
        Assert.Same(last, Visit(Caller(99), "a"));
    }

    [Fact]
    public void AtItsPart_TheCallersOwnLongestIdleConversationEnds_AndOthersStay()
    {
        var others = Enumerable.Range(0, 8).Select(i => Visit(Caller(i), "a")).ToList();
        // a client id is free to make
        for (var i = 0; i < 100; i++) Visit(Callers.Named("mallory", "client " + i.ToString(CultureInfo.InvariantCulture)), "a");
        Assert.All(others, other => Assert.Same(other, Visit(other.Conversation.Caller, "a")));
        Assert.InRange(conversations.Servers, 8, 8 + 3); // a part of 12 % of 20, once half of all is taken
        var last = Callers.Named("mallory", "client 99");
        Assert.Same(Visit(last, "a"), Visit(last, "a"));
    }

    [Fact]
    public void AtTheBound_ACallerBelowItsPartStillMakesRoomItself()
    {
        var others = Enumerable.Range(0, 19).Select(i => Visit(Caller(i), "a")).ToList();
        var own = Visit(Callers.Named("alice"), "a");
        Visit(Callers.Named("alice", "another client"), "a");
        Assert.All(others, other => Assert.Same(other, Visit(other.Conversation.Caller, "a")));
        Assert.NotSame(own, Visit(Callers.Named("alice"), "a"));
    }

    [Fact]
    public void ServersOfOneConversation_CountAsMuch_AndItGoesOnWithoutThoseThatWereForgotten()
    {
        var others = Enumerable.Range(0, 8).Select(i => Visit(Caller(i), "a")).ToList();
        var mallory = Callers.Named("mallory");
        var conversation = Visit(mallory, "0").Conversation;
        conversation.Slots.Get(Slot).Value = 7;
        for (var i = 1; i < 100; i++) Assert.Same(conversation, Visit(mallory, i.ToString(CultureInfo.InvariantCulture)).Conversation);
        Assert.Null(conversation.Find("0"));
        Assert.Equal(7, Visit(mallory, "0").Conversation.Slots.Find(Slot)?.Value);
        Assert.All(others, other => Assert.Same(other, Visit(other.Conversation.Caller, "a")));
        Assert.InRange(conversations.Servers, 8, 8 + 3);
    }

    [Fact]
    public void OneServerAtMost_StillLetsAConversationSpanTwo()
    {
        var conversation = Visit(Callers.Named("alice"), "a", most: 1).Conversation;
        conversation.Slots.Get(Slot).Value = 7;
        Assert.Equal(7, Visit(Callers.Named("alice"), "b", most: 1).Conversation.Slots.Find(Slot)?.Value);
        Assert.Null(conversation.Find("a"));
        Assert.Equal((1, 1), (conversations.Count, conversations.Servers));
    }

    [Fact]
    public void WhatIsInUse_IsNeverForgotten_AndABoundThatIsAllInUseRefuses()
    {
        var used = Enumerable.Range(0, 20).Select(i => Enter(Caller(i), "a")).ToList();
        var refused = Assert.Throws<RefusalException>(() => Visit(Callers.Named("alice"), "a"));
        Assert.Equal(Reasons.TooManySessions, refused.Refusal.Reason);
        Assert.All(used, one => Assert.Same(one, Visit(one.Conversation.Caller, "a")));
        conversations.Leave(used[5]);
        var alice = Visit(Callers.Named("alice"), "a"); // one was idle, and made room
        Assert.NotSame(used[5], Enter(used[5].Conversation.Caller, "a"));
        Assert.Null(alice.Conversation.Find("a"));
        foreach (var one in used.Where(one => one != used[5])) conversations.Leave(one);
        Assert.Equal((20, 20), (conversations.Count, conversations.Servers));
    }

    [Fact]
    public void WhatTakesThePlaceOfASession_LastsAsASessionWould_InEachEra()
    {
        var life = new SessionSettings();
        var server = Enter(Callers.Named("alice"), "a");
        var modern = Slots(isModern: true);
        Assert.Same(modern, Slots(isModern: true));
        Assert.NotSame(modern, Slots(isModern: false));
        var legacy = Slots(isModern: false);
        Assert.NotSame(legacy, Slots(isModern: false, begins: true));
        Pass(30);
        Assert.NotSame(modern, modern = Slots(isModern: true)); // silent at this server, whatever it did at others
        for (var minutes = 20; minutes < 12 * 60; minutes += 20)
        {
            Pass(20);
            Assert.Same(modern, Slots(isModern: true));
        }

        Pass(20);
        Assert.NotSame(modern, Slots(isModern: true));

        ConversationSlots Slots(bool isModern, bool begins = false) => server.WithoutSession(isModern, begins, life);
    }

    [Fact]
    public void Slots_AreTyped_MadeOnce_AndBounded()
    {
        var slots = new ConversationSlots();
        var text = new ConversationSlot<StrongBox<string>>(static () => new StrongBox<string>("made"));
        Assert.Null(slots.Find(text));
        Assert.Equal("made", slots.Get(text).Value);
        Assert.Same(slots.Get(text), slots.Find(text));
        var together = new StrongBox<int>[64];
        Parallel.For(0, together.Length, i => together[i] = slots.Get(Slot));
        Assert.All(together, one => Assert.Same(together[0], one));
        for (var i = 2; i < ConversationSlots.Most; i++) slots.Get(new ConversationSlot<StrongBox<int>>(static () => new StrongBox<int>()));
        Assert.Throws<InvalidOperationException>(() => slots.Get(new ConversationSlot<StrongBox<int>>(static () => new StrongBox<int>())));
        Assert.Equal("made", slots.Get(text).Value);
    }

    private static VerifiedToken Caller(int number) => Callers.Named("caller " + number.ToString(CultureInfo.InvariantCulture));

    private void Pass(int minutes) => time.Advance(TimeSpan.FromMinutes(minutes));

    private ConversationServer Visit(VerifiedToken caller, string server, int? most = null)
    {
        var entered = Enter(caller, server, most);
        conversations.Leave(entered);
        return entered;
    }

    private ConversationServer Enter(VerifiedToken caller, string server, int? most = null)
    {
        var entering = conversations.EnterAsync(caller, new ServerSettings { Name = server, Path = "/mcp" }, Bounds with { Max = most ?? Bounds.Max },
            default);
        return entering.AsTask().GetAwaiter().GetResult();
    }
}
