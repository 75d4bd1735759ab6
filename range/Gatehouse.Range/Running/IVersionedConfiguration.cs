namespace Gatehouse.Range.Running;

/// <summary>A configuration that is changed and put back, as the exercise uses it. Its policy names one person.</summary>
public interface IVersionedConfiguration
{
    /// <summary>Puts a policy for this person in force, and returns the name of the configuration.</summary>
    Task<string> ApplyAsync(string person);

    /// <summary>Returns the configurations that the log tells apart.</summary>
    Task<IReadOnlyCollection<string>> NamedByLogAsync();

    /// <summary>Puts the stored copy of one configuration in the place of another's, as whoever can write the folder of the copies.</summary>
    void ExchangeCopy(string of, string by);

    /// <summary>The operator goes back to a configuration.</summary>
    Task RollBackAsync(string name);

    /// <summary>Returns the policy in force.</summary>
    string Policy();
}
