namespace Gatehouse.Administration;

/// <summary>The configurations of a host: which were in force, and the way back to one of them.</summary>
internal interface IConfigurationAdministration
{
    /// <summary>Returns the newest changes of the configuration, newest first.</summary>
    /// <param name="limit">The most changes.</param>
    Task<IReadOnlyList<ConfigurationView>> ListAsync(int limit);

    /// <summary>Puts a configuration in force again that was in force before, and writes its files back.</summary>
    /// <param name="digest">Its digest, or at least <see cref="ConfigurationActs.ShortestDigest"/> characters of its beginning.</param>
    /// <param name="force">True replaces files that were changed, and files under version control.</param>
    /// <param name="by">The administrator.</param>
    Task<ActionOutcome<ConfigurationRolledBack>> RollBackAsync(string digest, bool force, Administrator by);

    /// <summary>Returns the refusal of a digest that names no configuration, or several; null for one that names one.</summary>
    /// <param name="digest">The digest, or the beginning of it.</param>
    Task<ActionRefusal?> MissingAsync(string digest);
}
