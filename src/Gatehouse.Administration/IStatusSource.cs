namespace Gatehouse.Administration;

/// <summary>The state of a host.</summary>
internal interface IStatusSource
{
    /// <summary>Returns facts by name.</summary>
    IReadOnlyDictionary<string, string> Facts();
}
