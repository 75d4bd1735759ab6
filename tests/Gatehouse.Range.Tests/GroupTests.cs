namespace Gatehouse.Range.Tests;

// Every exercise of the lists of ExerciseTests, in its three variants. One class a group, since the runner runs classes beside one another.

[Trait("Requirement", "RG-01")]
public sealed class AccessExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Access), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "ID-01")]
    [Trait("Requirement", "ID-03")]
    [Trait("Requirement", "ID-04")]
    [Trait("Requirement", "ID-05")]
    [Trait("Requirement", "SK-04")]
    public Task WhoCalls(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class IdentityExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Identity), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "ID-03")]
    [Trait("Requirement", "ID-06")]
    public Task WhoseToken(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class SignInExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.SignIn), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "OB-01")]
    [Trait("Requirement", "OB-03")]
    public Task WhoSignsInAndForWhichClient(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class ConnectedExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Connected), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "OB-05")]
    [Trait("Requirement", "SK-02")]
    public Task WhoseConnection(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class ConversationExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Conversation), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "ST-01")]
    [Trait("Requirement", "ST-02")]
    public Task WhoseConversation(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class MeasureExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Measure), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "EX-03")]
    [Trait("Requirement", "AZ-02")]
    [Trait("Requirement", "AU-06")]
    [Trait("Requirement", "SK-02")]
    public Task HowMuchAndUntilWhen(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class MessageExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Message), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "ST-05")]
    [Trait("Requirement", "ST-06")]
    [Trait("Requirement", "ST-07")]
    public Task WhatTheMessageSays(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class PermittedExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Permitted), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "AZ-01")]
    public Task WhatMayBeDone(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class ApprovedExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Approved), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "AZ-04")]
    public Task WhatAPersonApproved(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class BehaviourExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Behaviour), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "TP-04")]
    public Task WhatIsDeclared(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class AnswerExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Answer), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "AZ-01")]
    [Trait("Requirement", "AZ-07")]
    public Task WhatComesBack(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class TextExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Texts), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "PI-01")]
    [Trait("Requirement", "PI-04")]
    public Task WhatTextsOrder(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class DecisionExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Decision), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "AZ-06")]
    public Task WhoDecides(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class LocalProcessExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.LocalProcess), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "ST-04")]
    [Trait("Requirement", "EX-03")]
    [Trait("Requirement", "EX-05")]
    public Task WhatRunsOnThisMachine(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class DefinitionsExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Definitions), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "TP-02")]
    public Task WhatWasReviewed(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class ShownExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Shown), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "IN-01")]
    public Task WhatAPersonIsShown(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class EvidenceExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Evidence), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "AU-02")]
    public Task WhatTheLogProves(string id) => ExerciseRun.BehavesAsync(id);
}

[Trait("Requirement", "RG-01")]
public sealed class MetadataExerciseTests
{
    [Theory]
    [MemberData(nameof(ExerciseTests.Metadata), MemberType = typeof(ExerciseTests))]
    [Trait("Requirement", "TP-01")]
    public Task WhatServersSayOfThemselves(string id) => ExerciseRun.BehavesAsync(id);
}
