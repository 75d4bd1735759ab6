namespace Gatehouse.Administration;

/// <summary>The configuration in force, and the end of the host.</summary>
internal interface ILifecycleAdministration
{
    /// <summary>The generation of the configuration in force.</summary>
    long Generation { get; }

    /// <summary>The absolute path of the configuration file that a reload reads; null where the host names none.</summary>
    string? ConfigurationFile => null;

    /// <summary>Warnings about the configuration in force; empty where the host has none.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>True where the host drains; a host that ends by itself has no use for it.</summary>
    bool Drains { get; }

    /// <summary>True where the host can be stopped by an act.</summary>
    bool Stops { get; }

    /// <summary>Puts the configuration in force again. Returns its faults.</summary>
    /// <param name="by">The administrator.</param>
    Task<IReadOnlyList<string>> ReloadAsync(Administrator by);

    /// <summary>Takes no new exchanges and waits for those under way. Returns how many are left.</summary>
    Task<int> DrainAsync(TimeSpan patience);

    /// <summary>Ends the host.</summary>
    void Stop();
}
