namespace Gatehouse.Administration;

/// <summary>How a host is doing.</summary>
internal interface IStatusSource
{
    /// <summary>Facts by name.</summary>
    IReadOnlyDictionary<string, string> Facts();
}
