namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// Bounds of the results that have a content and are not over. Each number includes the result that is added.
/// </summary>
/// <param name="Most">Results of all callers, 1 or more.</param>
/// <param name="MostBytes">Bytes of all callers, 1 or more.</param>
/// <param name="MostOfParty">Results of one caller, 1 or more.</param>
/// <param name="MostBytesOfParty">Bytes of one caller, 1 or more.</param>
/// <param name="MostOfServer">Results of one server, 1 or more.</param>
/// <param name="MostBytesOfServer">Bytes of one server, 1 or more.</param>
public sealed record QuarantineBounds(
    int Most, long MostBytes, int MostOfParty, long MostBytesOfParty, int MostOfServer, long MostBytesOfServer)
{
    /// <summary>Refuses bounds out of their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOfParty, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytesOfParty, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOfServer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytesOfServer, 1);
    }
}
