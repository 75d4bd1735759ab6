using System.Globalization;

namespace Gatehouse.Integrity.Inspection;

/// <summary>The end of suppressions, which files name by the last day on which they hold.</summary>
public static class SuppressionEnd
{
    /// <summary>Returns the last day of a suppression (UTC), as <c>until</c> names it.</summary>
    /// <param name="expires">The end of the suppression: the beginning of the day after its last one.</param>
    public static DateOnly LastDay(DateTimeOffset expires) => DateOnly.FromDateTime(expires.UtcDateTime.AddTicks(-1));

    /// <summary>Returns the clause that names the last day of a suppression that is over, for the end of a message.</summary>
    /// <inheritdoc cref="LastDay"/>
    public static string Until(DateTimeOffset expires) => string.Create(CultureInfo.InvariantCulture, $", until {LastDay(expires):yyyy-MM-dd}");
}
