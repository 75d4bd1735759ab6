namespace Gatehouse.Policy.Files;

/// <summary>The kind of value of a policy key.</summary>
public enum PolicyKeyKind
{
    /// <summary>A text on one line.</summary>
    Text,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text, a number or a truth value.</summary>
    Literal,

    /// <summary>A list of such values.</summary>
    Literals,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A list of some of a few words.</summary>
    Choices,

    /// <summary>A clause: the callers and targets of a rule.</summary>
    Clause,

    /// <summary>A condition.</summary>
    Condition,

    /// <summary>A list of conditions.</summary>
    Conditions,

    /// <summary>Times.</summary>
    Time,

    /// <summary>Obligations.</summary>
    Obligations,

    /// <summary>The terms of an approval.</summary>
    Approval,

    /// <summary>The terms of a right that is granted for a time.</summary>
    Access,

    /// <summary>Lists of people.</summary>
    People,

    /// <summary>A time span with its unit.</summary>
    Duration,

    /// <summary>A list of rules.</summary>
    Rules,

    /// <summary>A list of cases that test a policy.</summary>
    Cases,

    /// <summary>The caller of a case.</summary>
    Caller,

    /// <summary>A mapping of any values: arguments, claims.</summary>
    Values,
}
