using Gatehouse.Identity.Revocations;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// The questions to people, by what is done with them. Each change of a state has three steps in this order: one atomic act in the store, an entry of
/// the audit log that is durable, and the effect. A change whose entry is missing gets it before anything else is done with the question (a
/// transactional outbox), also after a crash.
/// </summary>
internal sealed class ApprovalBook : IDisposable
{
    private readonly ApprovalParts parts;

    /// <summary>Makes the acts on questions from the parts that they share, which it owns.</summary>
    public ApprovalBook(ApprovalParts parts)
    {
        this.parts = parts;
        Reader = new ApprovalReader(parts);
        var ends = new ApprovalEnds(parts);
        Access = new AccessGrants(parts, Reader, ends);
        Outbox = new ApprovalOutbox(parts, Reader, ends, Access);
        Questions = new ApprovalQuestions(parts, ends, Outbox);
        Answers = new ApprovalAnswers(parts, Outbox, Access);
        Grants = new ApprovalGrants(parts, Reader, ends, Outbox, Access);
        Closing = new ApprovalClosing(parts, Reader, ends, Outbox, Access);
    }

    /// <summary>Lists, single questions and their answers.</summary>
    public ApprovalReader Reader { get; }

    /// <summary>Questions about calls, and the exchanges that wait for them.</summary>
    public ApprovalQuestions Questions { get; }

    /// <summary>What people are shown, and what they answer.</summary>
    public ApprovalAnswers Answers { get; }

    /// <summary>The use of grants of calls.</summary>
    public ApprovalGrants Grants { get; }

    /// <summary>Rights for a time.</summary>
    public AccessGrants Access { get; }

    /// <summary>The end of questions and grants whose ground is gone.</summary>
    public ApprovalClosing Closing { get; }

    /// <summary>Entries that are missing, and the end of questions whose time is over.</summary>
    public ApprovalOutbox Outbox { get; }

    /// <inheritdoc cref="RecordedChanges.Changed"/>
    public Action<ApprovalRow>? Changed
    {
        set => parts.Changes.Changed = value;
    }

    /// <inheritdoc cref="ApprovalParts.Revocations"/>
    public IRevocationList? Revocations
    {
        get => parts.Revocations;
        set => parts.Revocations = value;
    }

    /// <inheritdoc />
    public void Dispose() => parts.Dispose();
}
