using Gatehouse.Administration;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>The second person for a release, who must be left after a containment.</summary>
internal interface IReleaseReserve
{
    /// <summary>Returns why a containment would leave no person who could grant its release to the person who asks; null when one is left.</summary>
    /// <param name="act">The containment.</param>
    /// <param name="facts">What it contains.</param>
    /// <param name="by">The person who asks.</param>
    /// <param name="current">What is contained already. It does not change until the containment is in force.</param>
    /// <exception cref="StoreException">The grant of the containment cannot be read.</exception>
    Task<ActionRefusal?> RefusalOfAsync(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current);

    /// <summary>Returns why names show that no such person would be left; null where one is left, and where names do not show it.</summary>
    /// <param name="act">The containment.</param>
    /// <param name="facts">What it contains.</param>
    /// <param name="by">The person who asks.</param>
    /// <param name="current">What is contained already.</param>
    ActionRefusal? RefusalByNames(Contain act, ContainmentFacts facts, Administrator by, ContainedSet current);
}
