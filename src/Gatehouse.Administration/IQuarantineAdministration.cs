namespace Gatehouse.Administration;

/// <summary>Results that are withheld until a person has looked at them.</summary>
internal interface IQuarantineAdministration
{
    /// <summary>Returns results, the oldest first, without their content.</summary>
    /// <param name="withFinished">True for those in every state; false for those that are kept or released.</param>
    /// <param name="most">At most so many, 1 or more: the newest.</param>
    Task<IReadOnlyList<QuarantineView>> ListAsync(bool withFinished, int most);

    /// <summary>Shows a result in full to a person who may read kept content, and notes that this person has seen it.</summary>
    /// <param name="id">The result.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<QuarantineView>> ShowAsync(string id, Administrator by);

    /// <summary>Releases a result that the person was shown.</summary>
    /// <param name="release">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<QuarantineReleased>> ReleaseAsync(ReleaseQuarantined release, Administrator by);

    /// <summary>Deletes a result.</summary>
    /// <param name="delete">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<QuarantineDeleted>> DeleteAsync(DeleteQuarantined delete, Administrator by);

    /// <summary>Returns the false alarms that people marked, of the callers whose content the person may read.</summary>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<QuarantineCaseList>> CasesAsync(Administrator by);

    /// <summary>Returns why a withheld result can be neither released nor deleted now, whoever grants it; null where it can.</summary>
    /// <param name="id">The result.</param>
    /// <param name="isRelease">True for a release, false for a deletion, which is possible after a release as well.</param>
    Task<ActionRefusal?> ImpossibleAsync(string id, bool isRelease);
}
