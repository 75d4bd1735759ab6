namespace Gatehouse.Range.Running;

/// <summary>A log that destroys what is older than a day, as the exercise uses it.</summary>
public interface IAgingLog
{
    /// <summary>Writes an entry about a person at the time of the clock.</summary>
    Task WriteAsync(string person);

    /// <summary>Moves the clock of the machine forward. Then the log destroys what is too old.</summary>
    /// <param name="time">The time by which the clock is moved.</param>
    /// <param name="isStart">True where the process ends before, and starts again with the moved clock.</param>
    Task MoveClockAsync(TimeSpan time, bool isStart);

    /// <summary>Returns whether a reader with the keys that are left finds the person.</summary>
    Task<bool> HasAsync(string person);
}
