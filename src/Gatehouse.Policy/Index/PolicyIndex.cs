using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Index;

/// <summary>
/// An index of the rules for a request, without a test of each rule. Every dimension of a rule (caller, server, target, method) is a table from names
/// to sets of rules, and the candidates are the intersection.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly NameIndex issuers, subjects, clients, scopes, roles, groups, strengths, servers, tools, prompts, methods;
    private readonly ResourceIndex resources;
    private readonly bool asks;
    private readonly ulong[] listsNothing;
    private readonly ulong[][] byDirection;

    /// <summary>Makes the tables.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="asks">True for the index of the rules that ask a person, which keeps its own memory of a subject.</param>
    public PolicyIndex(IReadOnlyList<PolicyRule> rules, bool asks = false)
    {
        this.asks = asks;
        Words = RuleBits.WordsFor(rules.Count);
        issuers = new NameIndex(rules, rule => rule.Who?.Issuers);
        subjects = new NameIndex(rules, rule => rule.Who?.Subjects);
        clients = new NameIndex(rules, rule => rule.Who?.Clients);
        scopes = new NameIndex(rules, rule => rule.Who?.Scopes);
        roles = new NameIndex(rules, rule => rule.Who?.Roles);
        groups = new NameIndex(rules, rule => rule.Who?.Groups);
        strengths = new NameIndex(rules, rule => rule.Who?.Strengths);
        servers = new NameIndex(rules, rule => rule.Servers);
        tools = new NameIndex(rules, rule => rule.Tools);
        prompts = new NameIndex(rules, rule => rule.Prompts);
        methods = new NameIndex(rules, rule => rule.Methods);
        resources = new ResourceIndex(rules);
        Forbids = Where(rules, rule => rule.Forbids);
        Permits = Where(rules, rule => !rule.Forbids);
        Obliging = Where(rules, rule => !rule.Forbids && rule.Obligations.Any(obligation => obligation.Kind != ObligationKind.Approval));
        listsNothing = Where(rules, rule => rule.ListsNothing);
        byDirection = [.. Enum.GetValues<PolicyDirection>().Select(direction => Where(rules, rule => rule.SpeaksOf(direction)))];
    }

    public int Words { get; }

    public ulong[] Forbids { get; }

    public ulong[] Permits { get; }

    /// <summary>Permits with obligations other than to ask a person.</summary>
    public ulong[] Obliging { get; }

    /// <summary>Fills in the rules for subject and request. Their conditions are not evaluated yet.</summary>
    public void Find(PolicySubject subject, in PolicyRequest request, Span<ulong> candidates, Span<ulong> scratch)
    {
        RulesOf(subject).CopyTo(candidates);
        scratch.Clear();
        servers.Match(request.Server, scratch);
        RuleBits.Or(scratch, servers.Unasked);
        RuleBits.And(candidates, scratch);
        scratch.Clear();
        MatchWhat(request, scratch);
        RuleBits.And(candidates, scratch);
    }

    private void MatchWhat(in PolicyRequest request, Span<ulong> into)
    {
        if (!request.KnownMethod)
        {
            methods.MatchExact(request.Method, into);
            RuleBits.And(into, byDirection[(int)request.Direction]);
            return;
        }

        methods.Match(request.Method, into);
        MatchTarget(request, into);
        RestrictDirection(request, into);
    }

    private void MatchTarget(in PolicyRequest request, Span<ulong> into)
    {
        RuleBits.Or(into, listsNothing);
        switch (request.Target)
        {
            case PolicyTarget.Tool when request.Name is not null:
                tools.Match(request.Name, into);
                break;
            case PolicyTarget.Prompt when request.Name is not null:
                prompts.Match(request.Name, into);
                break;
            case PolicyTarget.Resource when request.Name is not null && request.IsTemplate:
                resources.MatchTemplate(request.Name, request.Completes, into);
                break;
            case PolicyTarget.Resource when request.Name is not null:
                resources.Match(request.Name, into);
                break;
            case PolicyTarget.None when IsFromClient(request.Direction):
                RuleBits.Or(into, Permits);
                break;
        }
    }

    // A request without a target is open to each caller to which the server is open at all, be it for calls or for lists.
    private void RestrictDirection(in PolicyRequest request, Span<ulong> into)
    {
        if (request.Target != PolicyTarget.None || !IsFromClient(request.Direction))
        {
            RuleBits.And(into, byDirection[(int)request.Direction]);
            return;
        }

        for (var i = 0; i < into.Length; i++) into[i] &= byDirection[(int)PolicyDirection.Calls][i] | byDirection[(int)PolicyDirection.Lists][i];
    }

    private static bool IsFromClient(PolicyDirection direction) => direction is PolicyDirection.Calls or PolicyDirection.Lists;

    private ulong[] RulesOf(PolicySubject subject)
    {
        if ((asks ? subject.AskingMemo : subject.RulesMemo) is SubjectRules known && ReferenceEquals(known.Index, this)) return known.Bits;
        var bits = FindSubject(subject);
        if (asks) subject.AskingMemo = new SubjectRules(this, bits);
        else subject.RulesMemo = new SubjectRules(this, bits);
        return bits;
    }

    private ulong[] FindSubject(PolicySubject subject)
    {
        var bits = new ulong[Words];
        var scratch = new ulong[Words];
        Array.Fill(bits, ulong.MaxValue);
        Restrict(bits, scratch, issuers, [subject.Issuer], undecidable: false);
        Restrict(bits, scratch, subjects, [subject.Subject], undecidable: false);
        Restrict(bits, scratch, clients, subject.ClientId is { } client ? [client] : [], undecidable: subject.ClientId is null);
        Restrict(bits, scratch, scopes, subject.Scopes, undecidable: false);
        Restrict(bits, scratch, roles, subject.Roles, undecidable: false);
        Restrict(bits, scratch, strengths, subject.Strengths, undecidable: false);
        if (!subject.GroupsAreIncomplete) Restrict(bits, scratch, groups, subject.Groups, undecidable: false);
        else Restrict(bits, scratch, groups, [], undecidable: true);
        return bits;
    }

    // Undecidable: no permit that asks, every forbid that asks.
    private void Restrict(ulong[] bits, ulong[] scratch, NameIndex index, IReadOnlyList<string> names, bool undecidable)
    {
        index.Unasked.CopyTo(scratch, 0);
        for (var i = 0; i < names.Count; i++) index.Match(names[i], scratch);
        if (undecidable) RuleBits.Or(scratch, Forbids);
        RuleBits.And(bits, scratch);
    }

    private static ulong[] Where(IReadOnlyList<PolicyRule> rules, Func<PolicyRule, bool> isIn)
    {
        var bits = new ulong[RuleBits.WordsFor(rules.Count)];
        for (var rule = 0; rule < rules.Count; rule++)
        {
            if (isIn(rules[rule])) RuleBits.Set(bits, rule);
        }

        return bits;
    }
}
