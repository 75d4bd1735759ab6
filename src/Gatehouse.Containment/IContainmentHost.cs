using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;

namespace Gatehouse.Containment;

/// <summary>
/// The parts of a host on which containments act: what is in progress, and what was asked or granted. A containment does not depend on them to be in
/// force: the <see cref="ContainmentState"/> refuses.
/// </summary>
internal interface IContainmentHost
{
    /// <summary>The names that the host knows.</summary>
    ContainmentNames Names { get; }

    /// <summary>The exchanges in progress whose caller is known.</summary>
    IReadOnlyList<Exchange> Exchanges { get; }

    /// <summary>The sessions that this process has seen.</summary>
    IReadOnlyList<OpenSession> Sessions { get; }

    /// <summary>True while the rules of a containment or release are not in force.</summary>
    bool AreRulesDue { get; }

    /// <summary>
    /// Ends exchanges. The refusal and the record say that they are contained. The predicate is applied to those whose caller is known, and to the
    /// others as soon as it is.
    /// </summary>
    void EndExchanges(Func<Exchange, bool> whose);

    /// <summary>Ends the conversations of a user or client.</summary>
    void EndConversations(ContainmentFacts facts);

    /// <summary>Returns whether a session is open, also where this process has not seen it.</summary>
    bool IsOpen(string session);

    /// <summary>Ends a session by its id, also where this process has not seen it.</summary>
    ValueTask EndSessionAsync(string session);

    /// <summary>Fails calls of a tool whose answers clients could still fetch on a resumed stream.</summary>
    void FailCalls(string server, string tool);

    /// <summary>Returns the number of processes that <see cref="EndProcessesAsync"/> would end.</summary>
    int CountProcesses(ContainmentFacts facts, Func<string, PolicySubject?, string, bool> which);

    /// <summary>Ends processes without a grace, with the processes that they started.</summary>
    /// <param name="facts">What is contained. Of a server all processes end, and those of wrappers for it.</param>
    /// <param name="which">Selects other processes by the name of the server, the caller with the client, and the id.</param>
    /// <returns>The number of processes that ended.</returns>
    Task<int> EndProcessesAsync(ContainmentFacts facts, Func<string, PolicySubject?, string, bool> which);

    /// <summary>Makes the states of held and approved calls invalid that are contained. Such a call does not continue after a release.</summary>
    void VoidStates(ContainedSet contained);

    /// <summary>Counts the questions and grants that <see cref="CloseQuestionsAsync"/> would close.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The store cannot be read.</exception>
    Task<(int Questions, int Grants)> CountQuestionsAsync(ContainedSet contained);

    /// <summary>Closes open questions to people about what is contained, and grants that were not used.</summary>
    /// <returns>The numbers of both.</returns>
    /// <exception cref="Storage.Abstractions.StoreException">The store refused; some may be closed.</exception>
    /// <exception cref="Audit.AuditUnavailableException">An entry could not be written; some may be closed.</exception>
    Task<(int Questions, int Grants)> CloseQuestionsAsync(ContainedSet contained);

    /// <summary>Forgets remembered answers that do not count any more.</summary>
    Task ForgetRememberedAsync();

    /// <summary>Counts the results that <see cref="DeleteReleasesAsync"/> would delete.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The store cannot be read.</exception>
    Task<int> CountReleasesAsync(ContainedSet contained);

    /// <summary>Deletes withheld results that a contained user or client released.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="Storage.Abstractions.StoreException">The store refused; some may be deleted.</exception>
    /// <exception cref="Audit.AuditUnavailableException">An entry could not be written; some may be deleted.</exception>
    Task<int> DeleteReleasesAsync(ContainedSet contained);

    /// <summary>Puts the rules of what is contained now in force. It waits for a reload that is in progress.</summary>
    Task ReplaceRulesAsync();
}
